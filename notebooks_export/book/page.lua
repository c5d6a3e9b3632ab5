-- Makes a page of a notebook: cells become text, foldable code, coloured claims and pictures with their descriptions.
-- The metadata `contents` names the file that contents.lua made.
local stringify = pandoc.utils.stringify
local sections = dofile(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/sections.lua")
-- Lines of code. Longer cells are folded, but for those that the lesson marks: the model, the loss, the training loop.
local longest_unfolded = 12

local function html(text) return pandoc.RawBlock("html", text) end

local entities = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;"}
local function escaped(text) return (text:gsub('[&<>"]', entities)) end

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do table.insert(lines, line) end
  return lines
end

local function step_in(code)
  return code:match('STEP[%u_]*%([^"\n]*"(.-)"') or code:match('FURTHER[%u_]*%([^"\n]*"(.-)"')
end
local steps = 0  -- so far; the prose names them by their numbers

-- What a reader looks for in folded code: the number and title of its step, or the names that it defines.
local function contents_of(code)
  local step = step_in(code)
  if step then return string.format("<b>Step %d: %s</b>", steps, escaped(step)) end
  local names = pandoc.List(code:find("lesson::Knob<", 1, true) and {"Knobs"})
  for _, line in ipairs(lines_of(code)) do
    local name = line:match("^struct ([%w_]+)") or line:match("^class ([%w_]+)") or line:match("^%a[^=/(]-%f[%w_]([%w_]+)%(")
    name = name and "<code>" .. name .. "</code>"
    if name and not names:includes(name) then names:insert(name) end
  end
  return table.concat(names, ", ")
end

local this_page = PANDOC_STATE.input_files[1]:match("([^/]+)%.ipynb$")
local lesson_file = io.open("lessons/" .. this_page .. ".cpp")
local lesson_source = lesson_file and lesson_file:read("a")
if lesson_file then lesson_file:close() end

-- Where the code stands: a line of the lesson's source, or the file of an exercise.
local function place_of(code, exercise)
  local link = '<p class="place"><a href="%s">%s</a></p>'
  if exercise then
    return html(link:format("files/" .. exercise .. ".hpp", "lessons/exercises/" .. exercise .. ".hpp"))
  end
  local at = lesson_source and lesson_source:find(code, 1, true)
  if not at then return html("") end
  local _, breaks = lesson_source:sub(1, at):gsub("\n", "")
  return html(link:format(string.format("%s_source.html#line-%d", this_page, breaks + 1),
                          string.format("%s.cpp, line %d", this_page, breaks + 1)))
end

-- An answer to an exercise stands in a string for the judge; here it is shown as the C++ that it is.
local function source(block, unfolded)
  local exercise, answer = block.text:match('^judge%("([^"]*)", R"cpp%(\n?(.-)\n?%)cpp"%);?%s*$')
  local place = place_of(block.text, exercise)
  block.text = answer or block.text
  block.classes = {"cpp"}
  local count = #lines_of(block.text)
  local step = step_in(block.text)
  if step then steps = steps + 1 end
  if answer or unfolded or (count <= longest_unfolded and not step) then return {block, place} end
  local summary = string.format("%s <span>%d lines of C++</span>", contents_of(block.text), count)
  return {html("<details class=\"code\"><summary>" .. summary .. "</summary>"), block, place, html("</details>")}
end

local mark = {["✓"] = "pass", ["✗"] = "fail", ["- skip"] = "dim"}
local function kind_of(line)
  for sign, kind in pairs(mark) do
    if line:sub(1, #sign) == sign then return kind end
  end
  if line:match("^        becomes false with") then return "dim turn" end
end

-- What was printed. A claim that was broken into lines becomes one again, so that a narrow screen can break it elsewhere.
local function printed(text)
  text = text:gsub("^%s*\n", ""):gsub("%s+$", "")
  if text == "" then return {} end
  local parts, claim = {}, false
  for _, line in ipairs(lines_of(text)) do
    local kind = kind_of(line)
    if kind then
      table.insert(parts, string.format("<span class=\"claim %s\">%s</span>", kind, escaped(line:gsub("^%s+", ""))))
      claim = true
    elseif claim and line:match("^        %S") then
      parts[#parts] = parts[#parts]:gsub("</span>$", function() return " " .. escaped(line:match("%S.*")) .. "</span>" end)
    else
      table.insert(parts, escaped(line) .. "\n")
      claim = false
    end
  end
  return {html("<pre class=\"output\">" .. table.concat(parts) .. "</pre>")}
end

-- One picture in the kinds that there are of it. SVG is taken first and stands in the page itself: it is sharp, takes the
-- reader's font and brings its title and description along.
local function picture(sources, finding)
  finding = escaped(finding)
  for _, source in ipairs(sources) do
    local kind, bytes = pandoc.mediabag.lookup(source)
    if kind == "image/svg+xml" then return bytes:match("<svg.*"), finding end
  end
  local _, bytes = pandoc.mediabag.lookup(sources[1])
  local file = assert(io.open(PANDOC_STATE.output_file:gsub("[^/]*$", "") .. sources[1], "wb"))
  file:write(bytes)
  file:close()
  return string.format('<img src="%s" alt="%s">', sources[1], finding), finding
end

local figure = '<figure><div class="picture">%s</div><figcaption>%s</figcaption></figure>'

local function output(div)
  local sources, texts = {}, {}
  div:walk({
    CodeBlock = function(block) table.insert(texts, block.text) end,
    Image = function(image) table.insert(sources, image.src) end,
  })
  local text = table.concat(texts, "\n")
  if sources[1] then return {html(figure:format(picture(sources, text)))} end
  if not div.classes:includes("error") then return printed(text) end
  return {pandoc.Div(printed(text), {class = "error"})}
end

local function card(table_block)
  local rows = pandoc.utils.to_simple_table(table_block)
  if stringify(rows.headers[1] or {}) ~= "card" then return pandoc.Div({table_block}, {class = "scroll"}) end
  local items = {}
  for _, row in ipairs(rows.rows) do
    table.insert(items, {pandoc.utils.blocks_to_inlines(row[1]), {row[2]}})
  end
  return pandoc.Div({pandoc.DefinitionList(items)}, {class = "card"})
end

-- Where each term of the glossary stands: its names in lower case, in the singular and in the plural.
local function glossary()
  local file, terms = assert(io.open(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/glossary.md")), {}
  pandoc.read(file:read("a"), "markdown"):walk({
    DefinitionList = function(list)
      for _, item in ipairs(list.content) do
        local words = stringify(item[1]):lower()
        local id = sections.term_id(words)
        for name in words:gmatch("[^,]+") do
          name = name:match("^%s*(.-)%s*$")
          terms[name] = id
          terms[name .. (name:match("[sx]$") and "es" or "s")] = id
        end
      end
    end,
  })
  file:close()
  return terms
end
local terms = glossary()

local ids = {}
local text = {
  -- A term where it is introduced leads to the glossary.
  Emph = function(emph)
    local id = terms[stringify(emph):lower()]
    return id and pandoc.Link({emph}, "glossary.html#" .. id, "", {class = "term"})
  end,
  Table = card,
  Header = function(header)
    local id, count = header.identifier:gsub("^%d+%-", ""), 1
    header.identifier = id
    while ids[header.identifier] do
      count = count + 1
      header.identifier = id .. "-" .. count
    end
    ids[header.identifier] = true
    return header
  end,
  -- Brackets in a line need not grow, and without a font for mathematics a browser makes them far too large.
  Math = function(math)
    local mathml = pandoc.write(pandoc.Pandoc({pandoc.Plain({math})}), "html", {html_math_method = "mathml"})
    if math.mathtype == "DisplayMath" or mathml:match("<mfrac") then return math end
    return pandoc.RawInline("html", (mathml:gsub('stretchy="true"', 'stretchy="false"')))
  end,
  Link = function(link)
    if not link.target:match("^%a+:") then link.target = link.target:gsub("%.ipynb", ".html") end
    return link
  end,
}

local opening = '<details class="prediction"><summary>Show the answer</summary>'

-- The literals that begin at a place of the code, joined as the compiler joins them, and the place after them.
local function literals(code, at)
  local value
  at = code:find("%S", at)
  while at and code:sub(at, at) == '"' do
    local stop = at + 1
    while code:sub(stop, stop) ~= '"' do stop = stop + (code:sub(stop, stop) == "\\" and 2 or 1) end
    value = (value or "") .. code:sub(at + 1, stop - 1):gsub("\\(.)", function(c) return c == "n" and "\n" or c end)
    at = code:find("%S", stop + 1)
  end
  return value, at
end

-- What the calls of lesson::predict in the code ask: texts, each with its choices where they stand there.
local function questions_of(code)
  local questions, from = {}, 1
  for call, at in code:gmatch("()lesson::predict%(()") do
    local line = code:sub(1, call):match("[^\n]*$")
    if not line:find("//", 1, true) then
      local question, choices = {}, pandoc.List()
      question.text, from = literals(code, at)
      from = code:match("^,%s*{()", from)
      while from do
        local choice
        choice, from = literals(code, from)
        if choice then choices:insert(choice) end
        from = code:match("^,()", from)
      end
      if choices[1] then question.choices = choices end
      table.insert(questions, question)
    end
  end
  return questions
end

-- What a run printed behind a question: up to the next empty line.
local function answer_to(question, cell)
  for _, output in ipairs(cell.content) do
    for _, block in ipairs(output.t == "Div" and output.content or {}) do
      for _, paragraph in ipairs(block.t == "CodeBlock" and lines_of(block.text:gsub("\n[ \t]*\n", "\0"):gsub("%s+", " "):gsub("%z", "\n")) or {}) do
        local _, stop = paragraph:find(question, 1, true)
        if stop then return (paragraph:sub(stop + 1):match("^%s*(.-)%s*$")) end
      end
    end
  end
  error("the run did not print an answer to: " .. question)
end

-- The questions before a cell of code, with what predict.js needs to compare a reader's guess.
local function asked(cell)
  local code = cell.content:find_if(function(block) return block.t == "CodeBlock" end).text
  local parts, questions = {}, questions_of(code)
  if #questions > 1 then parts = {"<p><strong>Predict first.</strong></p>"} end
  for _, question in ipairs(questions) do
    local choices, answer = question.choices, answer_to(question.text, cell)
    if not choices and not answer:match("^[-+]?%d") and answer ~= "yes" and answer ~= "no" then
      error("without its choices as literals, no reader can answer: " .. question.text)
    end
    table.insert(parts, string.format(
      '<div class="guess" data-answer="%s"%s><p>%s<span class="asked">%s</span>%s</p></div>',
      escaped(answer),
      choices and string.format(' data-choices="%s"', escaped(table.concat(choices, "|"))) or "",
      #questions == 1 and "<strong>Predict first.</strong> " or "", escaped(question.text),
      choices and ' <span class="choices">(' .. escaped(table.concat(choices, ", or ")) .. ")</span>" or ""))
  end
  return {html('<div class="question">' .. table.concat(parts, "\n") .. "</div>")}
end

local function cell(div, next)
  local tags = div.attributes.tags or ""
  if tags:match('"about"') or tags:match('"notebook%-setup"') then return {} end
  if tags:match('"question"') then return asked(next) end
  if not div.classes:includes("code") then return div:walk(text).content end
  local blocks = pandoc.List()
  for _, block in ipairs(div.content) do
    blocks:extend(block.t == "CodeBlock" and source(block, tags:match('"unfolded"')) or output(block))
  end
  if not tags:match('"prediction"') then return blocks end
  blocks:insert(1, html(opening))
  blocks:insert(html("</details>"))
  return blocks
end

-- Adds the blocks of a cell. The prose that tells what an answer shows, folded by itself in a notebook, is folded with it.
local function add(blocks, more)
  local answered = blocks[1] and blocks[#blocks].text == "</details>"
  if answered and more[1] and more[1].text == '<details class="answer">' then
    blocks:remove()
    for _ = 1, 4 do more:remove(1) end  -- with its summary
  end
  blocks:extend(more)
end

-- Who is before and after, in the order of the lessons.
local function neighbours(meta, name)
  local file = assert(io.open(stringify(meta.contents)))
  local lessons = pandoc.read(file:read("a"), "json").meta.lessons
  file:close()
  for i, lesson in ipairs(lessons) do
    local exercises = name == stringify(lesson.name) .. "_exercises"
    if exercises or name == stringify(lesson.name) then
      meta.lesson, meta.isexercises = lesson, exercises
      meta.previous, meta.next = exercises and lesson or lessons[i - 1], lessons[i + 1]
      meta.description = exercises and "Exercises: " .. stringify(lesson.title) or stringify(lesson.question or lesson.title)
    end
  end
end

-- Puts more blocks at the end of the text under the heading that the place names.
local function add_to_section(blocks, place, more)
  local inside
  for i, block in ipairs(blocks) do
    if block.t == "Header" and inside then
      for k, each in ipairs(more) do blocks:insert(i + k - 1, each) end
      return
    end
    inside = inside or (block.t == "Header" and block.identifier == place)
  end
  error("no section has the heading #" .. place)
end

-- The figure that the reader can move.
local function moving_figure(blocks, meta, name)
  local at_figures = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/figures/"
  local file = io.open(at_figures .. name .. ".html")
  if not file then return end
  local still = file:read("a")
  file:close()
  add_to_section(blocks, still:match('data%-place="([^"]+)"'), {html(still)})
  local tables = io.open(at_figures .. name .. ".table.js")
  meta.figure, meta.figuretable = name, tables and name
  if tables then tables:close() end
end

-- Where transcribe.js was made, the page that own_model.md names lets the reader try a model of theirs.
local function own_model(blocks, meta, name)
  local program = io.open(PANDOC_STATE.output_file:gsub("[^/]*$", "") .. "transcribe.js")
  if not program then return end
  program:close()
  local file = assert(io.open(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/own_model.md"))
  local part = pandoc.read(file:read("a"), "markdown")
  file:close()
  if stringify(part.meta.lesson) ~= name then return end
  add_to_section(blocks, stringify(part.meta.place), part.blocks)
  meta.ownmodel = true
end

function Pandoc(doc)
  local blocks = pandoc.List()
  for i, div in ipairs(doc.blocks) do add(blocks, pandoc.List(cell(div, doc.blocks[i + 1]))) end
  local name = this_page
  doc.meta.name, doc.meta.sourcepage = name, lesson_source and true
  moving_figure(blocks, doc.meta, name)
  own_model(blocks, doc.meta, name)
  if blocks[1] and blocks[1].t == "Header" then doc.meta.title = blocks:remove(1).content end
  doc.meta.pagetitle = stringify(doc.meta.title or "")
  sections.write(PANDOC_STATE.output_file:gsub("html$", "sections"), name .. ".html", doc.meta.pagetitle, blocks)
  neighbours(doc.meta, name)
  return pandoc.Pandoc(blocks, doc.meta)
end
