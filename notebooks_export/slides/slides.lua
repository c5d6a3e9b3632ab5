-- Makes slides of a notebook: of each section up to "Further" its heading with the main sentences, the question to predict, each
-- table and figure, the claims, and what the answer shows in a sentence or two. One <section> a slide.
local stringify = pandoc.utils.stringify
local most_text, most_claims = 300, 700  -- characters on a slide
local slides = pandoc.List()

local function html(text) return pandoc.RawBlock("html", text) end

local function add(heading, blocks, class)
  if #blocks == 0 then return end
  if type(heading) == "string" then heading = pandoc.Inlines(heading) end
  slides:insert(html(string.format('<section class="%s">', class or "text")))
  slides:insert(pandoc.Header(2, heading))
  slides:extend(blocks)
  slides:insert(html("</section>"))
end

-- The first sentences of a paragraph, about as many as a slide holds, and at least one. One that ends with a colon, or
-- without a full stop, is left out where what it announces does not follow. The only one ends with a full stop then.
local function main_sentences(paragraph, most, announces)
  local kept, length, inlines = pandoc.Inlines({}), 0, paragraph.content
  local sentence = pandoc.Inlines({})
  for i, inline in ipairs(inlines) do
    sentence:insert(inline)
    local after, word = inlines[i + 1], stringify(inline)
    local ends = word:match("[.?!]%)?\"?$") and not word:match("%.%.%.")
    local next_word = inlines[i + 2]
    local goes_on = next_word and next_word.t == "Str" and next_word.text:match("^%l")  -- It should (not?) matter
    if not after or (ends and not goes_on and (after.t == "Space" or after.t == "SoftBreak")) then
      length = length + #stringify(sentence)
      local open = not announces and not word:match("[.?!]%W*$")
      if #kept > 0 and (length > most or open) then break end
      if open and word:match(":$") then sentence[#sentence] = pandoc.Str((word:gsub(":$", "."))) end
      kept:extend(sentence)
      sentence = pandoc.Inlines({})
    end
  end
  return pandoc.Para(kept)
end

-- Of the blocks of a section: main sentences, and the first formula that has a line of its own.
local function main_points(blocks)
  local kept, left, formula = pandoc.List(), most_text, nil
  local function displays(block) return block and block.t == "Para" and block.content[1].mathtype == "DisplayMath" end
  local function lists(block) return block and (block.t == "BulletList" or block.t == "OrderedList") end
  for i, block in ipairs(blocks) do
    local displayed = displays(block)
    if displayed and not formula then
      formula = block
      kept:insert(block)
    elseif displayed or left < 60 then
      -- no room
    elseif block.t == "Para" then
      local after, room = blocks[i + 1], left - #stringify(block)
      local short = main_sentences(block, left, (not formula and displays(after)) or (room >= 60 and lists(after)))
      left = left - #stringify(short)
      kept:insert(short)
    elseif lists(block) then
      local items = {}
      for _, item in ipairs(block.content) do
        local short = item[1] and item[1].content and main_sentences(item[1], 1)
        if short and left > 0 then
          left = left - #stringify(short)
          table.insert(items, {pandoc.Plain(short.content)})
        end
      end
      kept:insert(block.t == "BulletList" and pandoc.BulletList(items) or pandoc.OrderedList(items))
    end
  end
  return kept
end

local function claims_of(text)
  local claims, claim = pandoc.List(), nil
  for line in (text .. "\n"):gmatch("(.-)\n") do
    local said, turn = line:match("^✓ pass%s+(.*)"), line:match("^%s+becomes false with%s+(.*)")
    if said then
      claim = {text = said}
      claims:insert(claim)
    elseif claim and turn then
      claim.turn = turn
    elseif claim and line:match("^        %S") then
      local key = claim.turn and "turn" or "text"
      claim[key] = claim[key] .. " " .. line:match("%S.*")
    else
      claim = nil
    end
  end
  return claims
end

local function add_claims(heading, claims)
  local items, length = {}, 0
  local function flush()
    if #items > 0 then add(heading, {pandoc.BulletList(items)}, "claims") end
    items, length = {}, 0
  end
  for _, claim in ipairs(claims) do
    local size = 60 + #claim.text + #(claim.turn or "")
    if length + size > most_claims then flush() end
    length = length + size
    local item = pandoc.Inlines(claim.text)
    if claim.turn then item:extend({pandoc.LineBreak(), pandoc.Str("false with"), pandoc.Space(), pandoc.Code(claim.turn)}) end
    table.insert(items, {pandoc.Plain(item)})
  end
  flush()
end

-- What the run printed behind each question, up to the next empty line. It repeats the question without the choices.
local function answers_to(questions, printed)
  local answers = pandoc.List()
  for paragraph in printed:gsub("\n[ \t]*\n", "\0"):gsub("%s+", " "):gmatch("[^\0]+") do
    for _, question in ipairs(questions) do
      local asked = paragraph:find(question, 1, true) and question or question:gsub(" %b()$", "")
      local _, stop = paragraph:find(asked, 1, true)
      if stop then answers:insert(pandoc.Para({pandoc.Str(asked), pandoc.LineBreak(), pandoc.Strong(paragraph:sub(stop + 1):match("^%s*(.-)%s*$"))})) end
    end
  end
  return answers
end

-- The tables that the run printed: paragraphs with a rule of hyphens under the heads of the columns.
local function tables_of(printed)
  local tables = pandoc.List()
  for paragraph in printed:gsub("\n[ \t]*\n", "\0"):gmatch("[^\0]+") do
    for line in paragraph:gmatch("[^\n]+") do
      if line:match("^%-%-[%- ]+$") then tables:insert(pandoc.CodeBlock((paragraph:gsub("^\n+", "")))) break end
    end
  end
  return tables
end

local function size_of(printed)
  local lines, width = 0, 0
  for line in printed:gmatch("[^\n]+") do lines, width = lines + 1, math.max(width, #line) end
  return lines > 17 and " smallest" or (lines > 12 or width > 60) and " small" or ""
end

local function picture_of(div)
  local svg
  div:walk({Image = function(image)
    local kind, bytes = pandoc.mediabag.lookup(image.src)
    if kind == "image/svg+xml" then svg = bytes:match("<svg.*") end
  end})
  return svg
end

local heading, about, questions, in_short, ended = nil, {}, pandoc.List(), false, false

local function card(block)
  for _, row in ipairs(pandoc.utils.to_simple_table(block).rows) do about[stringify(row[1])] = row[2] end
end

local function text_cell(cell, meta)
  local section = pandoc.List()
  local function flush()
    if heading then add(heading, main_points(section)) end
    section = pandoc.List()
  end
  for _, block in ipairs(cell.content) do
    if block.t == "Header" and block.level == 1 then
      meta.title = block.content
    elseif block.t == "Header" then
      flush()
      local name = stringify(block)
      ended = ended or name == "Further"
      heading, in_short = not ended and block.content or nil, name == "In short"
      if name == "Exercises" then heading, ended = block.content, true end
    elseif block.t == "Table" and not about.question then
      card(block)
    elseif block.t == "CodeBlock" and in_short then
      flush()
      add("In short: " .. (block.classes[1] == "cpp" and "here" or "in Python"), {block}, "code")
    elseif not (block.t == "RawBlock") then
      section:insert(block)
    end
  end
  flush()
  if ended then heading = nil end
end

local function question_cell(cell)
  local function ask(block)
    local question = stringify(block):gsub("^%s+", "")
    if question ~= "" then questions:insert(question) end
  end
  local blocks = pandoc.Blocks(cell.content):walk({
    Strong = function(strong) if stringify(strong):match("^Predict first") then return {} end end,
    RawInline = function(raw) return pandoc.Str(raw.text) end,  -- <end> is a word, and no tag
  })
  blocks:walk({Para = ask, Plain = ask})
  add("Predict first", blocks, "question")
end

local function code_cell(cell)
  local code = cell.content:find_if(function(block) return block.t == "CodeBlock" end).text
  local step = code:match('STEP[%u_]*%([^"\n]*"(.-)"')
  heading = step and pandoc.Inlines(step) or heading
  local claims, answers, figures, tables = pandoc.List(), pandoc.List(), pandoc.List(), pandoc.List()
  for _, output in ipairs(cell.content) do
    if output.t == "Div" then
      local svg = picture_of(output)
      if svg then figures:insert(svg) end
      output:walk({CodeBlock = function(block)
        if svg then return end
        claims:extend(claims_of(block.text))
        answers:extend(answers_to(questions, block.text))
        tables:extend(tables_of(block.text))
      end})
    end
  end
  add(heading, answers, "question")
  questions = pandoc.List()
  for _, each in ipairs(tables) do add(heading, {each}, "printed" .. size_of(each.text)) end
  for _, svg in ipairs(figures) do add(heading, {html("<figure>" .. svg .. "</figure>")}, "figure") end
  add_claims(heading, claims)
end

function Pandoc(doc)
  for _, cell in ipairs(doc.blocks) do
    local tags = cell.attributes and cell.attributes.tags or ""
    if cell.t ~= "Div" or tags:match('"about"') or tags:match('"notebook%-setup"') then
      -- about the notebook
    elseif tags:match('"question"') then
      if not ended then question_cell(cell) end
    elseif cell.classes:includes("code") then
      if not ended then code_cell(cell) end
    else
      text_cell(cell, doc.meta)
    end
  end
  if not about.question then error("no card with a question in " .. PANDOC_STATE.input_files[1]) end
  doc.meta.pagetitle, doc.meta.question = stringify(doc.meta.title), pandoc.MetaBlocks(about.question)
  doc.meta.asked = about.asked and pandoc.MetaBlocks(about.asked)
  return pandoc.Pandoc(slides, doc.meta)
end
