-- Reads every notebook named in the metadata `notebooks` and puts the list of lessons into the metadata: what the front page
-- shows, and how a page finds its neighbours.
local stringify = pandoc.utils.stringify

local function read(path)
  local file = assert(io.open(path))
  local notebook = pandoc.read(file:read("a"), "ipynb")
  file:close()
  return notebook
end

-- The heading without its number, and the rows of the card.
local function card_of(notebook)
  local card = {}
  notebook:walk({
    Header = function(header)
      if header.level ~= 1 or card.title then return end
      card.title = header.content
      if stringify(card.title[1]):match("^%d+%.$") then card.title = pandoc.Inlines({table.unpack(card.title, 3)}) end
    end,
    Table = function(table)
      local rows = pandoc.utils.to_simple_table(table)
      if stringify(rows.headers[1]) ~= "card" then return end
      for _, row in ipairs(rows.rows) do card[stringify(row[1])] = pandoc.utils.blocks_to_inlines(row[2]) end
    end,
  })
  return card
end

local function count_exercises(notebook)
  local count = 0
  notebook:walk({Header = function(header) if header.level == 2 then count = count + 1 end end})
  return count
end

-- How to cite it, from CITATION.cff.
local function citation()
  local file = assert(io.open("CITATION.cff"))
  local cff = file:read("a")
  file:close()
  local title, version = cff:match('\ntitle: "(.-)"'), cff:match("\nversion: (%S+)")
  local author, license = cff:match("\n  %- name: (.-)\n"), cff:match("\nlicense: (%S+)")
  local bibtex = string.format("@software{tinygrad_cpp,\n  title = {%s},\n  author = {{%s}},\n  version = {%s},\n}",
                               title, author, version)
  local said = string.format("%s: %s. Version %s, %s license.", (author:gsub("^%l", string.upper)), title, version, license)
  return {pandoc.Header(2, "How to cite", pandoc.Attr("how-to-cite")), pandoc.Para(pandoc.Inlines(said)),
          pandoc.CodeBlock(bibtex, pandoc.Attr("", {"text"}))}
end

function Pandoc(doc)
  local lessons, by_name = {}, {}
  for path in stringify(doc.meta.notebooks):gmatch("%S+") do
    local name = path:match("([^/]+)%.ipynb$")
    if not name:match("_exercises$") then
      local card = card_of(read(path))
      by_name[name] = {name = name, number = tostring(tonumber(name:match("^%d+"))), title = card.title or name,
                       question = card.question, time = card.time, need = card["you need"]}
      table.insert(lessons, by_name[name])
    end
  end
  for path in stringify(doc.meta.notebooks):gmatch("%S+") do
    local lesson = by_name[path:match("([^/]+)_exercises%.ipynb$")]
    if lesson then
      local count = count_exercises(read(path))
      lesson.exercises = count .. (count == 1 and " exercise" or " exercises")
    end
  end
  doc.meta.lessons, doc.meta.notebooks = lessons, nil
  doc.meta.citation = pandoc.MetaBlocks(citation())
  doc.meta.pagetitle = stringify(doc.meta.title)
  doc.meta.front = true
  return doc
end
