// A table whose rows belong to classes, cut into the parts that training needs.
#pragma once
#include <string>
#include <vector>

#include "support/batches.hpp"
#include "support/csv.hpp"
#include "support/standardise.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// Rows of a table as a network takes them.
struct ClassRows {
  tg::Tensor x;        // [N,D]
  tg::Indices labels;  // [N], 0 to C-1
};

struct ClassTable {
  FeatureScale scale;
  std::string target;                // the name of the column of classes
  std::vector<std::string> classes;  // their names, C: numbers in their order, texts in that of the alphabet
  std::vector<double> shares;        // of each class in the training rows, C
  Split split;                       // rows of the table
  ClassRows train, validation, test;
  std::string fingerprint;              // of the whole table
  std::vector<std::string> understood;  // sentences: the classes, the parts, equal rows, columns left out
};

/// Splits the rows of a table that was read with CsvOptions::classes: of five, three are to train on, one is
/// for validation and one for the test, drawn at random, the same in every run. Rows with equal features come
/// into one part, since a test row that was trained on would flatter the network. Features get the scale of
/// the training rows; one that never changes there is left out.
/// `source` is the name of the file, for messages. Error when no column of classes was named; when there are
/// fewer than 30 rows; when the column does not look like classes (fewer than 2, more than 100, or more than
/// half as many as rows); and when a class has fewer than 3 rows, or none to train on.
ClassTable class_table(const Csv& csv, const std::string& source);

}  // namespace lesson
