#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../files.hpp"
#include "../support.hpp"
#include "support/csv.hpp"

// Tables that are easily misread: each is understood, and says how, or refused in words.

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<double>;
using lesson::CsvOptions;

lesson::Csv read(const std::string& bytes, const CsvOptions& options = {}) {
  const Folder folder("misread");
  return lesson::read_csv(folder.file("table.csv", bytes), options);
}

/// Whether these bytes are refused with this text.
bool refused(const std::string& bytes, const std::string& text, const CsvOptions& options = {}) {
  return fails_with([&] { read(bytes, options); }, text);
}

bool says(const lesson::Csv& csv, const std::string& text) {
  CHECK(std::count(csv.understood.begin(), csv.understood.end(), '\n') == 2);
  CHECK_MESSAGE(csv.understood.find(text) != std::string::npos, csv.understood);
  return csv.understood.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("csv: the separator is found in many lines, and named") {
  const lesson::Csv inside = read("Temperatur, innen;Druck;Regen\n20.5;1013;0\n21;1012;1\n");
  CHECK(inside.names == Names{"Temperatur, innen", "Druck", "Regen"});
  CHECK(says(inside, "separator: semicolon (3 fields in each line)"));
  CHECK(read("5\" disk;pres;rain\n20;1013;0\n21;1012;1\n").names == Names{"5\" disk", "pres", "rain"});
  const lesson::Csv excel = read("sep=;\na;b,c\n1;2\n5;9\n");
  CHECK(excel.names == Names{"a", "b,c"});
  CHECK(excel.lines == std::vector<int>{3, 4});
  CHECK(says(excel, "separator: semicolon (line 1 says so)"));
  CHECK(says(excel, "line 2: names"));
  CHECK(read("a|b|c\n1|2|7\n").values == Values{1, 2, 7});
  CHECK(says(read("  a   b\n 1.5   2\n 7\t 3 \n"), "separator: space"));
  CHECK(read("  a   b\n 1.5   2\n 7\t 3 \n").values == Values{1.5, 2, 7, 3});
}

TEST_CASE("csv: --separator decides") {
  CHECK(read("1,2\n5,9\n", {.separator = "comma"}).values == Values{1, 2, 5, 9});
  CHECK(read("1,2\n5,9\n", {.separator = "semicolon"}).values == Values{1.2, 5.9});
  CHECK(says(read("a;b\n1;2\n", {.separator = "semicolon"}), "semicolon (--separator)"));
  CHECK(refused("a;b\n1;2\n", "--separator is \"dash\"; auto, comma, semicolon", {.separator = "dash"}));
}

TEST_CASE("csv: a decimal comma is understood where the separator is another, and else refused") {
  const lesson::Csv semicolons = read("a;b\n1,5;2\n-0,25;1.000,5\n", {.columns = "a"});
  CHECK(semicolons.values == Values{1.5, -0.25});
  CHECK(says(semicolons, "decimal commas"));
  CHECK(read("1,5;2,5\n3,5;9,5\n").values == Values{1.5, 2.5, 3.5, 9.5});
  CHECK(read("Temperatur\n20,39\n21,5\n").values == Values{20.39, 21.5});
  CHECK(read("\"a\",\"b\"\n\"1,5\",\"2\"\n\"3,25\",\"7\"\n").values == Values{1.5, 2, 3.25, 7});
  CHECK(refused("20,39\n21,50\n", "line 1: \"20,39\" is one number with a decimal comma, or two columns;"));
  CHECK(refused("20,39\n", "--separator comma reads two columns, --separator semicolon one number"));
  CHECK(read("x,y\n20,39\n21,50\n").values == Values{20, 39, 21, 50});
  CHECK(read("20,39\n21,-5\n").columns == 2);
  CHECK(refused("a;b\n1,5;2.5\n", "line 2, column 1 (a): got \"1,5\", and line 2 has \"2.5\"; a table has"));
  CHECK(refused("a;b\n1,234;2\n5,678;3\n", "got \"1,234\"; the comma may be a decimal one or separate"));
  CHECK(read("a;b\n1,234;2,5\n5,678;3\n").values == Values{1.234, 2.5, 5.678, 3});
}

TEST_CASE("csv: line 1 holds names or numbers, and the reader says why") {
  CHECK(says(read("a,b\n1,2\n"), "line 1: names, since none of its fields is a number (else --header no)"));
  CHECK(says(read("1,2,9\n3,5,4\n"), "line 1: numbers, like the rows below (else --header yes)"));
  const lesson::Csv pandas = read("0,1,2\n0.5,1.25,-0.5\n0.75,1.5,0.1\n");
  CHECK(pandas.names == Names{"0", "1", "2"});
  CHECK(pandas.rows == 2);
  CHECK(says(pandas, "names, since 0, 1, 2 count evenly, and the numbers below have fractions"));
  const lesson::Csv index = read(",0,1,2\n0,5,1,9\n1,7,3,8\n2,6,3,7\n");
  CHECK(index.names == Names{"0", "1", "2"});
  CHECK(index.values == Values{5, 1, 9, 7, 3, 8, 6, 3, 7});
  CHECK(says(index, "column 1 (counts 0, 1, ..)"));
  CHECK(says(read("2018,2019,2020\n12,15,19\n30,21,4\n"),
             "2018, 2019, 2020 count evenly, and the numbers below are far"));
  CHECK(says(read("country,2018,2019\nAustria,5.1,6.2\nItaly,3.3,4.4\n"), "2018, 2019 are whole"));
  CHECK(says(read("4,2,setosa\n5.1,3.5,0\n4.9,3.0,1\n"), "\"setosa\" stands over numbers"));
  CHECK(says(read("2020\n5.1\n5.3\n"), "2020 is whole, and the numbers below"));
  CHECK(refused("0,1,2\n3,7,5\n9,1,4\n",
                "line 1: 0, 1, 2 may be names or numbers; nothing tells. --header yes"));
  CHECK(refused("0,1\n0.5,1.25\n0.75,1.5\n", "may be names or numbers"));
  CHECK(read("0,1,2\n3,7,5\n9,1,4\n", {.header = "yes"}).rows == 2);
  CHECK(read("0,1,2\n3,7,5\n9,1,4\n", {.header = "no"}).rows == 3);
  CHECK(read("2018,2019\n5,6\n7,9\n", {.header = "yes"}).column("2019") == 1);
  CHECK(refused("a\n1\n", "--header is \"maybe\"; auto, yes or no", {.header = "maybe"}));
  CHECK(read("0,1,2\n1,2,3\n2,3,4\n", {.columns = "1,2"}).rows == 3);             // windows of a series
  CHECK(refused("n.a.,2.5\n1,3.5\n4,2.25\n", "line 1, column 1: got \"n.a.\""));  // no name beside a fraction
}

TEST_CASE("csv: what is no feature is left out, and named") {
  const lesson::Csv csv =
      read("id,when,who,x,\n0,2020-01-01,ann,5,\n1,2020-01-02,bob,7,\n2,2020-01-03,cy,6,\n");
  CHECK(csv.names == Names{"x"});
  CHECK(csv.numbers == std::vector<int>{4});
  CHECK(says(csv,
             "columns used: x; left out: id (counts 0, 1, ..), when (text: 2020-01-01), "
             "who (text: ann), column 5 (empty)"));
  CHECK(csv.column("4") == 0);
  CHECK(fails_with([&] { csv.column("id"); }, "column 1 (id) is left out: counts 0, 1, ..."));
  CHECK(fails_with([&] { csv.column("1"); }, "column 1 (id) is left out: counts 0, 1, ..."));
  CHECK(read("d,x\n20200131,5\n20200201,7\n20200202,6\n").names == Names{"x"});
  CHECK(says(read("d,x\n20200131,5\n20200201,7\n20200202,6\n"), "d (days: 20200131)"));
  CHECK(refused("t\n1\n2\n3\n", "no column is left: t (counts 1, 2, ..). --columns takes those it names"));
  CHECK(read("t\n1\n2\n3\n", {.columns = "t"}).values == Values{1, 2, 3});
  CHECK(read(",x\n7,5.5\n3,7\n12,6\n").names == Names{"x"});  // rows of pandas, sorted
  CHECK(read("n,x\n7,5.5\n3,7\n12,6\n").names == Names{"n", "x"});
  std::string months = "m,x\n";
  for (int i = 0; i < 12; ++i) months += fmt::format("{},{}\n", 202001 + i, i * i % 7);
  CHECK(says(read(months), "m (months: 202001)"));
  CHECK(says(read("zip,x\n01234,5\n00234,7\n"), "with leading zeros, as codes have them: zip"));
  CHECK(refused("color,x\n#ff0000,5\n#00ff00,7\n", "2 lines begin with #, so they are comments"));
  std::string even = "t,x\n";
  for (int i = 0; i < 12; ++i) even += fmt::format("{},{}\n", 1600000000 + 60 * i, i * i % 7);
  CHECK(says(read(even), "columns used: t, x; rises or falls evenly, as time does: t"));
}

TEST_CASE("csv: --columns and --skip by name or number") {
  const std::string bytes = "id,a,b,c\n0,1,5,x\n1,0,7,y\n2,1,6,z\n";
  CHECK(read(bytes, {.columns = "b, 2"}).names == Names{"a", "b"});
  CHECK(read(bytes, {.columns = "id"}).values == Values{0, 1, 2});
  CHECK(read(bytes, {.skip = "a,c"}).names == Names{"b"});
  CHECK(says(read(bytes, {.skip = "a"}), "a (--skip)"));
  CHECK(refused(bytes, "there is no column \"d\"", {.columns = "d"}));
  CHECK(refused(bytes, "there is no column 9", {.skip = "9"}));
  CHECK(refused(bytes, "line 2, column 4 (c): got \"x\"; a number is needed", {.columns = "b,c"}));
  CHECK(read(bytes, {.skip = "a"}).place(1, 0) == "line 3, column 3 (b)");
  CHECK(read("1;2\n5;7\n").place(1, 0) == "line 2, column 1");
  CHECK(says(read(bytes, {.columns = "b"}), "columns used: b; left out: the other 3"));
}

TEST_CASE("csv: comments, blank lines, rows of separators, ends of lines") {
  const std::string bytes = "# made today\n# a, b\n1,2.5\n\n3,5\n,\n# the end\n7,9\n";
  const lesson::Csv csv = read(bytes);
  CHECK(csv.names == Names{"a", "b"});
  CHECK(csv.values == Values{1, 2.5, 3, 5, 7, 9});
  CHECK(csv.lines == std::vector<int>{3, 5, 8});
  CHECK(says(csv, "left out: 3 comment lines, 2 blank lines"));
  CHECK(says(csv, "line 2, a comment: names"));
  CHECK(read("#,name,hp\n1,ivy,45\n2,oak,60\n4,elm,80\n").names == Names{"hp"});
  CHECK(read("a,b\r1,2\r\r5,9\r").values == Values{1, 2, 5, 9});
  CHECK(read("a,b\r\n1,2\r\n\r\n5,9\r\n").values == Values{1, 2, 5, 9});
  CHECK(refused("a\n1\n\n3\n", "line 3: the line is blank; in a table of one column that may be a missing"));
  CHECK(read("a\n1\n\n3\n", {.missing = "empty"}).values == Values{1, 3});
}

TEST_CASE("csv: a mark for a missing number is never taken for one") {
  const std::string bytes = "x,y\n1.5,3\n-999,5\n2.5,4\n-999,6\n";
  CHECK(
      refused(bytes, "column 1 (x): -999 comes 2 times and the others are 1.5 to 2.5; it looks like a mark"));
  const lesson::Csv left = read(bytes, {.missing = "-999"});
  CHECK(left.values == Values{1.5, 3, 2.5, 4});
  CHECK(says(left, "table: 2 rows"));
  CHECK(says(left, "left out: 2 rows with -999"));
  CHECK(read(bytes, {.missing = "none"}).rows == 4);
  CHECK(refused("x,y\n1,9\n-999,5\n2,4\n-9999,6\n", "it looks like a mark"));
  CHECK(refused("x,y\n1,9\n1e20,5\n2,4\n", "1e+20 comes once"));
  CHECK(refused("x,y\n100,9\n-1,5\n102,4\n103,4\n-1,5\n", "-1 comes 2 times"));
  CHECK(read("x,y\n1,9\n-1,5\n2,4\n-1,5\n").rows == 4);
  CHECK(read("x,y\n1,9\n99,5\n2,4\n").rows == 3);        // one large number
  CHECK(read("x,y\n900,9\n999,5\n1100,4\n").rows == 3);  // among others of its size
  std::string far = "x\n";
  for (int i = 0; i < 30; ++i) far += fmt::format("{}\n", i % 10 == 3 ? 8888 : i * i % 31);
  CHECK(refused(far, "8888 comes 3 times"));
  CHECK(refused(bytes, "no field is \"-99\", which --missing names", {.missing = "-99"}));
  CHECK(read("x,y\n1,9\nNA,5\n,4\n7,2\n", {.missing = "NA,empty"}).values == Values{1, 9, 7, 2});
}

TEST_CASE("csv: each way of writing numbers is understood, or has its own hint") {
  const lesson::Csv percent = read("a,b\n5%,1\n12.5 %,7\n");
  CHECK(percent.values == Values{5, 1, 12.5, 7});
  CHECK(says(percent, "in percent: a"));
  CHECK(refused("a,b\n5%,1\n12,7\n", "line 2, column 1 (a): got \"5%\", and line 3 has no percent sign"));
  const lesson::Csv minus = read("a,b\n\u22125,1\n\u22120.5,7\n");
  CHECK(minus.values == Values{-5, 1, -0.5, 7});
  CHECK(says(minus, "U+2212 is a minus sign"));
  CHECK(read("a,b\n\u00a05\u00a0,1\n7,\u200b2\n").values == Values{5, 1, 7, 2});
  for (const char* field :
       {"\"1,234.5\"", "\"1,234,567\"", "1 234", "1'234", "1\u00a0234", "1_000", "1.234.567"})
    CHECK(refused(fmt::format("a,b\n{},1\n5,7\n", field), "write numbers without separators of thousands"));
  for (const char* field : {"1.5 kg", "20°C", "$5", "3a"})
    CHECK(refused(fmt::format("a,b\n{},1\n5,7\n", field), "write the number alone; its unit can stand in"));
  CHECK(refused("pop\n1 234\n5 678\n", "write numbers without separators of thousands"));
  CHECK(refused("1 234\n5 678\n", "\"1 234\" is one number with blanks between its thousands, or 2 columns"));
  CHECK(refused("weight\n1.5 kg\n2.5 kg\n",
                "line 2, column 1 (weight): got \"1.5 kg\"; write the number alone"));
}

TEST_CASE("csv: rows of another length, with what it may be") {
  CHECK(refused("My table\na,b\n1,2\n",
                "line 2: the number of fields is 2; it must be 1, as in line 1. If that is a "
                "title, begin it with #"));
  CHECK(refused("a;b\n1,2\n5,6\n", "line 2: the number of fields is 2; it must be 1, as in line 1."));
  CHECK(refused("\"x\" \"y\"\n\"1\" 0.5 2\n\"2\" 1.5 3\n",
                "3; it must be 2, as in the first row. If the first column"));
  CHECK(refused("a,b\n1,5,2,5\n1,7,3,5\n", "Numbers need a decimal point, as in 1.5, where commas separate"));
}

TEST_CASE("csv: other formats are named, with what to do") {
  CHECK(refused("\x1f\x8b\x08",
                "the file is compressed (gzip); a text file in UTF-8 is needed. Unpack it first"));
  CHECK(refused("PK\x03\x04", "a ZIP archive, as .xlsx and .ods files are"));
  CHECK(
      refused("\xff\xfe"
              "a",
              "text in UTF-16; a text file in UTF-8 is needed. Convert it: iconv -f UTF-16"));
  CHECK(refused(std::string("a\0,\0", 4), "If it is text in UTF-16, convert it"));
  CHECK(refused("gr\xf6\xdf,b\n1,2\n", "iconv -f WINDOWS-1252 -t UTF-8"));
  CHECK(refused("<!DOCTYPE html>\n<p>", "the file is a web page"));
}
