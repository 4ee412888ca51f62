// Datasette's SQL editor, started from a file: the content security policy allows no inline script.
window.addEventListener("load", () => {
  const format = document.querySelector("button#sql-format");
  const shown = document.querySelector("pre#sql-query");
  const input = document.querySelector("textarea#sql-editor");
  if (input && window.CodeMirror) {
    const editor = CodeMirror.fromTextArea(input, {lineNumbers: true, mode: "text/x-sql", lineWrapping: true});
    editor.getInputField().setAttribute("aria-label", "SQL");
    editor.setOption("extraKeys", {"Shift-Enter": () => input.form.submit(), Tab: false});
    cmResize(editor, {resizableWidth: false});
    if (format) {
      format.hidden = false;
      format.addEventListener("click", () => editor.setValue(sqlFormatter.format(editor.getValue())));
    }
  } else if (shown && format) {
    format.hidden = false;
    format.addEventListener("click", () => { shown.textContent = sqlFormatter.format(shown.textContent); });
  }
});
