#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "../files.hpp"
#include "../support.hpp"
#include "support/class_table.hpp"
#include "support/csv_line.hpp"

// A column of classes beside the numbers, the columns of a model, and the parts that a table is cut into.

namespace {

using Names = std::vector<std::string>;
using lesson::CsvOptions;

lesson::Csv read(const std::string& bytes, const CsvOptions& options) {
  const Folder folder("csv_classes");
  return lesson::read_csv(folder.file("table.csv", bytes), options);
}

lesson::Csv read_classes(const std::string& bytes, const std::string& column,
                         const std::string& missing = "") {
  return read(bytes, {.missing = missing, .classes = column});
}

// Rows "i * 7 % 41, class", the classes in turns.
std::string table_of(int rows, const Names& classes) {
  std::string text = "size,kind\n";
  for (int i = 0; i < rows; ++i)
    text += fmt::format("{}.5,{}\n", i * 7 % 41, classes[static_cast<std::size_t>(i) % classes.size()]);
  return text;
}

bool refused(const std::string& bytes, const std::string& text) {
  const lesson::Csv csv = read_classes(bytes, "kind");
  return fails_with([&] { lesson::class_table(csv, "table.csv"); }, text);
}

}  // namespace

TEST_CASE("csv: a column of classes holds names or numbers, and is no feature") {
  const lesson::Csv names = read_classes("a,kind,b\n1.5,cat,2\n2.5, dog ,3\n3.5,\"cat\",4\n", "kind");
  CHECK(names.classes == Names{"cat", "dog", "cat"});
  CHECK(names.class_column == "kind");
  CHECK(names.names == Names{"a", "b"});
  CHECK(names.values == std::vector<double>{1.5, 2, 2.5, 3, 3.5, 4});
  CHECK(names.understood.find("columns used: a, b; left out: kind (the classes)") != std::string::npos);
  CHECK(read_classes("a,kind\n1.5,1\n2.5,2.0\n3.5,1.0\n", "2").classes == Names{"1", "2", "1"});
  CHECK(read_classes("a,kind\n1.5,1\n2.5,two\n3.5,1.0\n", "kind").classes == Names{"1", "two", "1.0"});
  CHECK(read("a,kind\n1.5,1\n2.5,2\n", {.columns = "a,kind", .classes = "kind"}).names == Names{"a"});
  CHECK(fails_with([] { read_classes("a,kind\n1,x\n", "Kind"); }, "did you mean \"kind\"?"));
  CHECK(fails_with([] { read_classes("kind\nx\ny\n", "kind"); }, "no column is left: kind (the classes)"));
}

TEST_CASE("csv: a row without a class is an error that names the place, or left out on demand") {
  const std::string text = "a,kind\n1.5,x\n2.5,\n3.5,NA\n4.5,y\n";
  CHECK(fails_with(
      [&] { read_classes(text, "kind"); },
      "line 3, column 2 (kind): the field is empty; a class is needed. Fill it in, or leave out such "
      "rows (--missing empty)"));
  CHECK(fails_with([&] { read_classes(text, "kind", "empty"); },
                   "line 4, column 2 (kind): got \"NA\"; a class"));
  const lesson::Csv csv = read_classes(text, "kind", "empty,NA");
  CHECK(csv.classes == Names{"x", "y"});
  CHECK(csv.lines == std::vector<int>{2, 5});
}

TEST_CASE("csv: the columns of a model, whatever they look like and wherever they stand") {
  const CsvOptions wanted{.exactly = {"b, c", "n"}};
  const lesson::Csv csv = read("x,n,word,\"b, c\"\n9,0,a,1.5\n8,1,b,2.5\n7,2,c,3.5\n", wanted);
  CHECK(csv.names == Names{"n", "b, c"});  // n counts 0, 1, 2
  CHECK(csv.values == std::vector<double>{0, 1.5, 1, 2.5, 2, 3.5});
  CHECK(csv.understood.find("x (not used by the model)") != std::string::npos);
  CHECK(fails_with([&] { read("n,x\n1,2\n", wanted); },
                   "columns that the model was trained on are missing: b, c. The columns are n, x"));
  CHECK(fails_with([&] { read("n,\"b, c\"\n1,2\n2,z\n", wanted); }, "line 3, column 2 (b, c): got \"z\""));
}

TEST_CASE("csv: a fingerprint differs where names, numbers or classes do") {
  const std::string first = read_classes("a,kind\n1.5,x\n2.5,y\n", "kind").fingerprint();
  CHECK(first.size() == 16);
  CHECK(first == read_classes("a;kind\n1.50;x\n2.5;y\n", "kind").fingerprint());
  for (const char* other : {"b,kind\n1.5,x\n2.5,y\n", "a,kind\n1.6,x\n2.5,y\n", "a,kind\n1.5,x\n2.5,x\n",
                            "a,kind\n2.5,y\n1.5,x\n", "a,kind\n1.5,x\n2.5,y\n2.5,y\n"})
    CHECK(first != read_classes(other, "kind").fingerprint());
}

TEST_CASE("classes: parts of a table, classes in order, equal rows together") {
  const lesson::Csv csv =
      read_classes(table_of(100, {"10", "9", "2.5"}) + "3.25,9\n3.25,9\n3.25,2.5\n", "kind");
  const lesson::ClassTable table = lesson::class_table(csv, "table.csv");
  CHECK(table.classes == Names{"2.5", "9", "10"});
  CHECK(table.target == "kind");
  CHECK(table.split.test.size() + table.split.validation.size() + table.split.train.size() == 103);
  CHECK(table.split.test.size() <= 20);
  CHECK(table.test.x.shape() == tg::Shape{static_cast<int>(table.split.test.size()), 1});
  // A label of the test is the class of its row.
  for (std::size_t i = 0; i < table.split.test.size(); ++i)
    CHECK(table.classes[static_cast<std::size_t>(table.test.labels.values()[i])] ==
          csv.classes[static_cast<std::size_t>(table.split.test[i])]);
  double shares = 0;
  for (const double share : table.shares) shares += share;
  CHECK(close(shares, 1, 1e-12));
  const std::string said = fmt::format("{}", fmt::join(table.understood, "\n"));
  CHECK(said.find("classes of \"kind\": 2.5 (34 rows), 9 (35 rows), 10 (34 rows)") != std::string::npos);
  CHECK(said.find("rows have features that stand in the table more than once; equal rows stay in one part") !=
        std::string::npos);
  const auto part_of = [&](int row) {
    const auto in = [&](const std::vector<int>& rows) {
      return std::count(rows.begin(), rows.end(), row) > 0;
    };
    return in(table.split.test) ? 0 : in(table.split.validation) ? 1 : 2;
  };
  CHECK(part_of(100) == part_of(101));
  CHECK(part_of(100) == part_of(102));
}

TEST_CASE("classes: a column that does not look like classes is refused") {
  CHECK(refused(table_of(20, {"x", "y"}), "table.csv: the table has 20 rows; at least 30 are needed"));
  CHECK(refused(table_of(40, {"x"}), "table.csv: \"kind\" is x in all 40 rows; two classes are needed"));
  Names many;
  for (int i = 0; i < 40; ++i) many.push_back(fmt::format("{}.25", i));
  CHECK(refused(table_of(60, many),
                "\"kind\" has 40 different values in 60 rows; a column of classes is needed"));
  CHECK(refused(table_of(60, {"x", "y"}) + "7,Y\n7,Y\n", "class Y of \"kind\" has 2 of 62 rows"));
  lesson::Csv unnamed = read("a,b\n1.5,2.5\n2.5,3.5\n", {});
  CHECK(fails_with([&] { lesson::class_table(unnamed, "t.csv"); },
                   "t.csv: --target is missing; it names the column of classes. The columns are a, b"));
}

TEST_CASE("csv_line: fields that need quotes get them") {
  CHECK(lesson::csv_line({"a", "b c", "1.5"}) == "a,b c,1.5\n");
  CHECK(lesson::csv_line({"a,b", "say \"so\"", "two\nlines", ""}) ==
        "\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",\n");
}
