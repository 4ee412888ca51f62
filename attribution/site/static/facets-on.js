var DATASETTE_ALLOW_FACET = true; // table.js of datasette asks for it
