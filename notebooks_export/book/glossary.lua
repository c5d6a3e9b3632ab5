-- Gives each term of glossary.md an id, for links.
local stringify = pandoc.utils.stringify

function DefinitionList(list)
  for _, item in ipairs(list.content) do
    local words = stringify(item[1])
    local id = words:match("^[^,]+"):lower():gsub("%s+", "-")
    item[1] = pandoc.Inlines({pandoc.Span(item[1], pandoc.Attr(id))})
  end
  return pandoc.Div({list}, pandoc.Attr("", {"terms"}))
end

function Pandoc(doc)
  doc.meta.pagetitle = stringify(doc.meta.title)
  return doc
end
