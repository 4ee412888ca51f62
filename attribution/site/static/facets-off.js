var DATASETTE_ALLOW_FACET = false; // table.js of datasette asks for it
