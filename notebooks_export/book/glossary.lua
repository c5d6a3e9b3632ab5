-- Gives each term of glossary.md an id, for links and for the search.
local stringify = pandoc.utils.stringify
local sections = dofile(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/sections.lua")
local terms = pandoc.List()

function DefinitionList(list)
  for _, item in ipairs(list.content) do
    local id = sections.term_id(stringify(item[1]))
    terms:insert(pandoc.Header(3, item[1], pandoc.Attr(id)))
    for _, meaning in ipairs(item[2]) do terms:extend(meaning) end
    item[1] = pandoc.Inlines({pandoc.Span(item[1], pandoc.Attr(id))})
  end
  return pandoc.Div({list}, pandoc.Attr("", {"terms"}))
end

function Pandoc(doc)
  doc.meta.pagetitle = stringify(doc.meta.title)
  sections.write(PANDOC_STATE.output_file:gsub("html$", "sections"), "glossary.html", doc.meta.pagetitle, terms)
  return doc
end
