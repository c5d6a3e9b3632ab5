-- For pages of their own, syllabus.md and migration.md. Fills the syllabus: tables, the picture of what needs what, and the plans' hours, from the lessons' cards (in the file that the
-- metadata `contents` names) and the exercises' hints. A plan that leaves something out, or has it twice, is an error.
local stringify = pandoc.utils.stringify
local sections = dofile(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/sections.lua")
local lessons, exercises = pandoc.List(), pandoc.List()

local function read_lessons(contents)
  local file = assert(io.open(contents))
  for _, lesson in ipairs(pandoc.read(file:read("a"), "json").meta.lessons) do
    local number, needs = tonumber(stringify(lesson.number)), pandoc.List()
    local minutes = stringify(lesson.time or ""):match("(%d+) minutes to read")
    if not minutes then error("the card of lesson " .. number .. " does not say `N minutes to read`") end
    for need in stringify(lesson.need):gmatch("[Ll]esson (%d+)") do needs:insert(tonumber(need)) end
    lessons:insert({number = number, name = stringify(lesson.name), title = lesson.title, need = lesson.need, needs = needs,
                    minutes = tonumber(minutes)})
  end
  file:close()
end

local function read_exercises(hints)
  for path in hints:gmatch("%S+") do
    local file, about = assert(io.open(path)), {}
    for line in file:lines() do
      if line:match("^%-%-%-") then break end
      local key, value = line:match("^(%w+): *(.*)")
      if key then about[key] = about[key] or value end
    end
    file:close()
    exercises:insert({number = tonumber(path:match("(%d+)_%w+[^/]*$")), title = about.title, kind = about.kind, needs = about.needs,
                      minutes = tonumber(about.minutes), lesson = tonumber(about.lesson:match("(%d+)_"))})
  end
end

local function of_lesson(number, kinds)
  return exercises:filter(function(e) return e.lesson == number and (not kinds or kinds[e.kind]) end)
end

local function sum(list)
  local total = 0
  for _, each in ipairs(list) do total = total + each.minutes end
  return total
end

-- 1 2 3 5 -> 1 to 3, 5
local function numbers(list)
  local parts, from = pandoc.List(), nil
  for i, each in ipairs(list) do
    from = from or each.number
    if not list[i + 1] or list[i + 1].number ~= each.number + 1 then
      parts:insert(from == each.number and tostring(from) or from .. (from + 1 == each.number and ", " or " to ") .. each.number)
      from = nil
    end
  end
  return table.concat(parts, ", ")
end

local function hours(minutes) return string.format("%d\u{a0}h\u{a0}%02d\u{a0}min", minutes // 60, minutes % 60) end

local function table_of(heads, rows)
  local align, widths = {}, {}
  for i = 1, #heads do align[i], widths[i] = pandoc.AlignDefault, 0 end
  local function cells(row)
    local made = {}
    for i, cell in ipairs(row) do made[i] = {pandoc.Plain(type(cell) == "string" and pandoc.Inlines(cell) or cell)} end
    return made
  end
  local body = {}
  for i, row in ipairs(rows) do body[i] = cells(row) end
  local simple = pandoc.SimpleTable({}, align, widths, cells(heads), body)
  return pandoc.Div({pandoc.utils.from_simple_table(simple)}, {class = "scroll"})
end

local function lessons_table()
  local rows = {}
  for _, lesson in ipairs(lessons) do
    local own = of_lesson(lesson.number)
    table.insert(rows, {lesson.number .. ".", {pandoc.Link(lesson.title, lesson.name .. ".html")}, lesson.need,
                        lesson.minutes .. "\u{a0}min", numbers(own), sum(own) .. "\u{a0}min"})
  end
  table.insert(rows, {"", "all", "", hours(sum(lessons)), tostring(#exercises), hours(sum(exercises))})
  return table_of({"No.", "Lesson", "You need", "To read", "Exercises", "For these"}, rows)
end

local function exercises_table()
  local rows = {}
  for _, e in ipairs(exercises) do
    table.insert(rows, {tostring(e.number), e.title, tostring(e.lesson), e.kind, e.minutes .. "\u{a0}min", e.needs})
  end
  return table_of({"N", "Exercise", "Lesson", "Kind", "Time", "Needs"}, rows)
end

local by_number = {}

local function depth(lesson)
  local deepest = 0
  for _, need in ipairs(lesson.needs) do
    if not by_number[need] then error("lesson " .. lesson.number .. " needs lesson " .. need .. ", which is not there") end
    deepest = math.max(deepest, 1 + depth(by_number[need]))
  end
  return deepest
end

local function reaches(lesson, number)
  for _, need in ipairs(lesson.needs) do
    if need == number or reaches(by_number[need], number) then return true end
  end
  return false
end

-- Lessons that need none on the left, and each to the right of those that it needs. Its arrows leave out what another implies.
local function picture()
  local wide, high, across, down = 190, 46, 260, 66
  local count, deepest, most, parts, said = {}, 0, 0, pandoc.List(), pandoc.List()
  for _, lesson in ipairs(lessons) do
    local column = depth(lesson)
    lesson.x, lesson.y = 10 + column * across, 10 + (count[column] or 0) * down
    count[column] = (count[column] or 0) + 1
    deepest, most = math.max(deepest, column), math.max(most, count[column])
  end
  for _, lesson in ipairs(lessons) do
    for _, need in ipairs(lesson.needs) do
      local from = by_number[need]
      local implied = lesson.needs:find_if(function(other) return other ~= need and reaches(by_number[other], need) end)
      if not implied then
        parts:insert(string.format('<path d="M%d %dL%d %d" marker-end="url(#needs-tip)"/>', from.x + wide, from.y + high / 2,
                                   lesson.x - 4, lesson.y + high / 2))
        said:insert(string.format("lesson %d needs lesson %d", lesson.number, need))
      end
    end
    parts:insert(string.format('<rect x="%d" y="%d" width="%d" height="%d" rx="6"/><text x="%d" y="%d">%d  %s</text>', lesson.x,
                               lesson.y, wide, high, lesson.x + 12, lesson.y + high / 2 + 5, lesson.number,
                               (lesson.name:gsub("^%d+_", ""):gsub("_", " "))))
  end
  local text = #said > 0 and table.concat(said, "; ") or "no lesson needs another"
  return pandoc.RawBlock("html", string.format(
    '<figure><div class="picture"><svg viewBox="0 0 %d %d" role="img" aria-labelledby="needs-title" font-family="sans-serif" font-size="14" ' ..
    'fill="none" stroke="#444" style="max-width:%dpx"><title id="needs-title">%s</title><defs><marker id="needs-tip" viewBox="0 0 8 8" refX="7" refY="4" ' ..
    'markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#444" stroke="none"/></marker></defs>' ..
    '<style>.picture rect{fill:#eef4fb}.picture text{fill:#1d2128;stroke:none}</style>%s</svg></div></figure>',
    20 + deepest * across + wide, most * down, 20 + deepest * across + wide, text, table.concat(parts)))
end

-- The lines of a plan, a week each: `read 2 3, do 2, project 8`; the first says which kinds of exercises it has.
local function plan(block)
  local kinds, rows, seen, total, week = {}, {}, {read = {}, ["do"] = {}}, 0, 0
  for kind in block.text:match("^kinds: ([^\n]*)"):gmatch("%a+") do kinds[kind] = true end
  for line in block.text:gsub("^[^\n]*\n", ""):gmatch("[^\n]+") do
    local read, given, minutes, project = pandoc.List(), pandoc.List(), 0, ""
    for what, which in line:gmatch("(%a+)([%d ]+)") do
      for number in which:gmatch("%d+") do
        number = tonumber(number)
        if what == "project" then
          project, minutes = number .. " h", minutes + 60 * number
        else
          if not by_number[number] then error("a plan names lesson " .. number .. ", which is not there") end
          if seen[what][number] then error("a plan has `" .. what .. " " .. number .. "` twice") end
          seen[what][number] = true
          local list = what == "read" and {by_number[number]} or of_lesson(number, kinds)
          minutes = minutes + sum(list);
          (what == "read" and read or given):extend(list)
        end
      end
    end
    week, total = week + 1, total + minutes
    table.insert(rows, {tostring(week), numbers(read), numbers(given), project, hours(minutes)})
  end
  for what, done in pairs(seen) do
    for _, lesson in ipairs(lessons) do
      if not done[lesson.number] then error("a plan has no `" .. what .. " " .. lesson.number .. "`") end
    end
  end
  table.insert(rows, {"all", "", "", "", hours(total)})
  return table_of({"Week", "Read lesson", "Exercises", "Project", "Hours"}, rows)
end

local made = {["lessons-table"] = lessons_table, ["exercises-table"] = exercises_table, ["picture-of-needs"] = picture}

function Pandoc(doc)
  read_lessons(stringify(doc.meta.contents))
  read_exercises(stringify(doc.meta.hints))
  for _, lesson in ipairs(lessons) do by_number[lesson.number] = lesson end
  doc = doc:walk({
    Table = function(block) return pandoc.Div({block}, {class = "scroll"}) end,
    Div = function(div) return made[div.classes[1]] and made[div.classes[1]]() end,
    CodeBlock = function(block) return block.classes[1] == "plan" and plan(block) or nil end,
  })
  doc.meta.pagetitle = stringify(doc.meta.title)
  local to = PANDOC_STATE.output_file
  sections.write(to:gsub("html$", "sections"), to:match("[^/]*$"), doc.meta.pagetitle, doc.blocks)
  return doc
end
