#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../files.hpp"
#include "../support.hpp"
#include "support/csv.hpp"

// Rows that are no rows of the table: totals, titles, units, a second table, and what ends each line.

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<double>;
using lesson::CsvOptions;

lesson::Csv read(const std::string& bytes, const CsvOptions& options = {}) {
  const Folder folder("csv_rows");
  return lesson::read_csv(folder.file("table.csv", bytes), options);
}

bool refused(const std::string& bytes, const std::string& text, const CsvOptions& options = {}) {
  return fails_with([&] { read(bytes, options); }, text);
}

bool says(const lesson::Csv& csv, const std::string& text) {
  CHECK(std::count(csv.understood.begin(), csv.understood.end(), '\n') == 2);
  CHECK_MESSAGE(csv.understood.find(text) != std::string::npos, csv.understood);
  return csv.understood.find(text) != std::string::npos;
}

/// Days with visitors and sales, and what stands below them.
std::string days(const std::string& end, int count = 6) {
  std::string text = "day,visitors,sales\n";
  for (int i = 0; i < count; ++i) text += fmt::format("{},{},{}\n", i + 1, 40 + i * i % 7, 310 + i * i % 11);
  return text + end;
}

}  // namespace

TEST_CASE("csv: a row of totals is refused, with its line and label") {
  std::string regions = "region;units;revenue\n";
  for (int i = 0; i < 80; ++i) regions += fmt::format("R{};{};0.{}\n", i, i * i % 7, i % 9 + 1);
  CHECK(read(regions).rows == 80);
  CHECK(
      refused(regions + "Gesamt;240;41.2\n", "line 82, column 1 (region): \"Gesamt\" looks like the label"));
  CHECK(
      refused(regions + "Gesamt;240;41.2\n", "a total or a mean must not be read as data. Delete the line"));
  for (const char* label : {"Total", "TOTAL", "Sum:", "Summe", "Mean", "average", "Grand total", "Sub-total",
                            "Total 2020", "Total of all regions", "\u03a3", "\"Total\"", "Mittelwert"})
    CHECK(refused(regions + label + ";240;41.2\n", "line 82, column 1 (region): "));
  CHECK(refused(regions + "Total;240;41.2\n", "line 82", {.skip = "region"}));
  CHECK(refused(regions + "Total;240;41.2\n", "line 82", {.columns = "units"}));
  CHECK(read(regions + "Total Energies;3;0.5\nR99;2;0.25\n").rows == 82);
  CHECK(read(regions + "Total_;3;0.5\n").rows == 81);

  CHECK(refused(days("Total,9960,102544\n"), "line 8, column 1 (day): \"Total\" looks like the label"));
  CHECK(refused(days("Total,9960,102544\n"), "line 8, column 1 (day)", {.skip = "day"}));
  CHECK(refused(days("Year,253,1890\n", 12),
                "got \"Year\"; a number is needed. If the line is no row like the "
                "others, delete it. --skip day leaves out"));
  CHECK(read(days("Total,9960,102544\n"), {.missing = "Total"}).rows == 6);
  CHECK(refused("month,x\nJan,5\nFeb,7\nYear total,12\nJan,4\nFeb,7\nYear total,11\n",
                "line 4, column 1 (month): \"Year total\" looks like the label of a row that sums up others, "
                "2 such lines in all; totals and means must not be read as data. Delete the lines"));
  CHECK(read("statistic,x\nmean,5\nmean,7\nsum,12\nmean,6\nother,6\n").rows == 5);  // of each row
  // A class of many rows.
  std::string series = "series,x\n";
  for (int i = 0; i < 30; ++i) series += fmt::format("{},{}\n", i < 20 ? "fast" : "window mean", i * i % 7);
  CHECK(read(series).rows == 30);
  CHECK(refused("a,b,c\n1,2,3\n4,5,6\nTotal,7\n", "It looks like a row of totals; delete the line"));
}

TEST_CASE("csv: a total without a label is known by its sums") {
  CHECK(refused(days(",253,1888\n"), "line 8, column 1 (day): the field is empty, and a number of"));
  std::string sums = "a,b\n";
  double a = 0, b = 0;
  for (int i = 0; i < 6; ++i) {
    sums += fmt::format("{},{}\n", 40 + i * i % 7, 2.5 + i * i % 11);
    a += 40 + i * i % 7;
    b += 2.5 + i * i % 11;
  }
  CHECK(read(sums).rows == 6);
  CHECK(refused(sums + fmt::format("{},{}\n", a, b),
                "line 8: each number of the last line is the sum of those above; a total or a mean"));
  CHECK(read(sums + fmt::format("{},{}\n", a, b + 1)).rows == 7);
  CHECK(refused("who,x,y\nann,1,5\nbob,2,4\ncy,4,2\n,7,9\n",
                "line 5, column 1 (who): the field is empty, and a number of the line is the sum"));
  CHECK(read("who,x,y\nann,1,5\nbob,2,4\ncy,4,2\n,8,9\n").rows == 4);
}

TEST_CASE("csv: a separator at the ends of lines") {
  const lesson::Csv rows = read("temp,hum\n20.00,50.7,\n21.5,48.2,\n");
  CHECK(rows.names == Names{"temp", "hum"});
  CHECK(rows.values == Values{20, 50.7, 21.5, 48.2});
  CHECK(says(rows, "left out: the empty end of each line but line 1"));
  CHECK(read("temp,hum\n20.00,50.7,,,\n21.5,48.2,,,\n").columns == 2);
  CHECK(read("temp\n20.00,\n21.5,\n").values == Values{20, 21.5});
  const lesson::Csv names = read("temp;hum;\n20.00;50.7\n21.5;48.2\n");
  CHECK(names.names == Names{"temp", "hum"});
  CHECK(says(names, "left out: the empty end of line 1"));
  CHECK(refused("temp,hum\n20.00,50.7\n21.5,48.2,\n",
                "line 3: the number of fields is 3; it must be 2, as in the first row. The line ends in a "
                "separator, and line 1 does not. Take it off"));
  CHECK(refused("temp,hum,\n20.00,50.7,\n21.5,48.2\n",
                "line 3: the number of fields is 2; it must be 3, as in "
                "the first row. Line 1 ends in a separator"));
  CHECK(refused("20.00,50.7\n21.5,48.2,\n", "The line ends in a separator, and line 1 does not"));
}

TEST_CASE("csv: a name too few, as R writes them, and where it is not R") {
  CHECK(refused("a,b\n1,7,3\n2,5,6\n", "If the first column has no name, give it one"));
  CHECK(refused("a,b\nann,7,3\nbob,5,6\n", "If the first column has no name, give it one"));
  CHECK(refused("a,b\n20.5,7,3\n20.25,5,6\n", "A name is missing, or each line has a field too many"));
  CHECK(refused("temp,hum\n20,0,50,0\n20,5,51,5\n", "each line has twice as many fields as the first row"));
}

TEST_CASE(
    "csv: another table after a blank line is refused; rows that go on alike are read, and it is said") {
  const std::string one = "t,x\n1.5,5\n2,7\n3,4\n4,8\n5,2\n";
  CHECK(says(read(one + "\n6,3\n7,9\n"), "left out: 1 blank lines (rows go on after line 7)"));
  CHECK(read(one + "\n6,3\n7,9\n").rows == 7);
  CHECK(refused(one + "\nLast updated in May\n",
                "line 8: the number of fields is 1; it must be 2, as in the first "
                "row. If the line is a note, delete it"));
  CHECK(says(read(one + ",\n,\n"), "left out: 2 blank lines\n"));
  CHECK(read("t,x\n\n1.5,5\n2,7\n").rows == 2);
  CHECK(refused(
      one + "\n6,1003\n7,1009\n8,1001\n9,1004\n10,1002\n",
      "line 8: after the blank line 7, column 2 goes from 1001 to 1009 and went from 2 to 8, so another"));
  CHECK(read(one + "\n106,3\n107,9\n108,1\n109,4\n110,2\n").rows == 10);  // time has a gap
  CHECK(refused(
      one + "\n1.5,3\n2,9\n",
      "line 8: after the blank line 7, column 1 begins anew with 1.5, so another table seems to begin; "
      "keep one table in a file. If it is one table, take the blank line out"));
  CHECK(refused(one + "\nt,y\n6,3\n7,9\n", "line 8: after the blank line 7, \"t\" stands under numbers"));
  CHECK(refused(one + "\nt,y\n6,3\n7,9\n", "line 8: after the blank line 7", {.skip = "x"}));
  CHECK(
      refused(one + "\n1,2,3\n4,5,6\n",
              "line 8: the number of fields is 3; it must be 2, as in the first row. Another table seems to "
              "begin after the blank line 7; keep one in a file"));
}

TEST_CASE("csv: what stands above the names, and units below them") {
  CHECK(refused(
      "Station 7\nfrom 2020\n\nt,x,y\n1,2,3\n5,4,6\n",
      "line 4: the number of fields is 3; it must be 1, as in line 1. If the lines 1 to 2 are a title or "
      "a report, delete the lines above the names"));
  CHECK(refused("\"TOA5\",\"CR1000\",\"7\",\"OS\"\n\"T\",\"x\"\n\"C\",\"m\"\n1,2\n5,4\n",
                "line 2: the number of fields is 2; it must be 4, as in line 1. If that is a title"));
  CHECK(refused("@relation weather\n@attribute t numeric\n@data\n1,2\n",
                "the file is in Weka's format ARFF; delete"));
  CHECK(refused("t,temp,pres\ns,degC,hPa\n1,2.5,3\n5,4.5,6\n",
                "line 2: no field is a number: s, degC, hPa; numbers are needed below the names. If the line "
                "holds units, delete it"));
  CHECK(
      refused("a,b\n1,2\n5,7\na,b\n3,4\n", "line 4: the names of line 1 stand here again; delete the line"));
  CHECK(refused("[{\"a\": 1, \"b\": 2},\n{\"a\": 5, \"b\": 9}]\n",
                "the file looks like JSON; a table is needed"));
  CHECK(refused("a,b\n1,2\n5,7\nData from 2020,\n",
                "line 4: a text stands here alone: Data from 2020; if it is a note, delete the line"));
  CHECK(refused("Station 7,,\nt,x,y\n1,2,3\n5,4,6\n",
                "line 2: no field is a number: t, x, y; if they are the names, line 1 is a title. Delete"));
}
