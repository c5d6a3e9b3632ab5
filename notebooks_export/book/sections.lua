-- Writes the sections of a page for search.js: what a reader can search for in each, folded text apart.
local stringify = pandoc.utils.stringify
local sections = {}

-- The id of a term of the glossary, from its names: "softmax, soft maximum" has "softmax".
function sections.term_id(names) return (names:match("^[^,]+"):lower():gsub("%s+", "-")) end

local escapes = {['"'] = '\\"', ["\\"] = "\\\\", ["<"] = "\\u003c", ["\n"] = " "}
local function quoted(text) return '"' .. text:gsub('[%c"\\<]', function(c) return escapes[c] or " " end) .. '"' end

-- A formula as it would be typed, where that can be read; page.lua has made MathML of those in a line.
local formulas = {
  Math = function(math) return pandoc.Str(math.text:find("\\", 1, true) and "…" or math.text) end,
  RawInline = function(raw)
    local tex = raw.text:match("<annotation[^>]*>(.-)</annotation>")
    return tex and pandoc.Str(tex:find("\\", 1, true) and "…" or tex)
  end,
}

local function words_of(block)
  if block.t == "RawBlock" or block.t == "CodeBlock" then return "" end
  -- Between blocks stands a space, which stringify leaves out.
  local parts = {}
  pandoc.Blocks({block}):walk(formulas):walk({
    Para = function(para) table.insert(parts, stringify(para)) end,
    Plain = function(plain) table.insert(parts, stringify(plain)) end,
    Header = function(header) table.insert(parts, stringify(header)) end,
  })
  return table.concat(parts, " ")
end

-- file: where to write; page: its address; title; blocks.
function sections.write(file, page, title, blocks)
  local found, depth = pandoc.List({{id = "", heading = title, text = {}, folded = {}}}), 0
  for _, block in ipairs(blocks) do
    local raw = block.t == "RawBlock" and block.text or ""
    if block.t == "Header" then
      found:insert({id = block.identifier, heading = stringify(block), text = {}, folded = {}})
    elseif raw:match("^<div class=\"question\"") then
      table.insert(found[#found].text, (raw:gsub("<[^>]*>", " "):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&quot;", '"')
        :gsub("&amp;", "&"):gsub("%s+", " ")))
    elseif raw:match("^<details") then
      depth = depth + 1
    elseif raw:match("^</details") then
      depth = depth - 1
    else
      local now = found[#found]
      table.insert(depth > 0 and now.folded or now.text, words_of(block))
    end
  end
  local out = assert(io.open(file, "w"))
  for _, each in ipairs(found) do
    local text, folded = table.concat(each.text, " "), table.concat(each.folded, " ")
    if each.id ~= "" or text:match("%S") then
      out:write("[", table.concat({quoted(page), quoted(title), quoted(each.id), quoted(each.heading), quoted(text),
                                   quoted(folded)}, ","), "],\n")
    end
  end
  out:close()
end

return sections
