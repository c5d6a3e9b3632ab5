#include "bad_input.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "files.hpp"
#include "program.hpp"

using bad_input::Row;

namespace {

std::vector<Row> rows() {
  std::vector<Row> all;
  for (auto some :
       {bad_input::array_rows, bad_input::autograd_rows, bad_input::op_rows, bad_input::layer_rows,
        bad_input::sequence_rows, bad_input::training_rows, bad_input::ctc_rows})
    for (const Row& row : some()) all.push_back(row);
  return all;
}

/// Functions without a row, by the reason why.
const std::vector<std::pair<const char*, const char*>> without_row = {
    {"takes nothing, or anything",
     "Shape::rank Shape::size Shape::begin Shape::end Shape::operator== broadcasts_to bracketed keep_axes "
     "drop_axes Array::defined Array::shape Array::rank Array::size Array::data Array::values Indices::shape "
     "Indices::rank Indices::size Indices::values RandomStream::RandomStream RandomStream::bits "
     "RandomStream::normal random_stream manual_seed Tensor::defined Tensor::node Inputs::Inputs live_nodes "
     "set_recording is_recording NoGrad::NoGrad Recording::Recording AnomalyMode::AnomalyMode Axes::all Parameters::begin "
     "Parameters::end Parameters::size Parameters::count SGD::state RMSprop::state Adam::state Parameters::filter "
     "Optimizer::zero_grad operator<< plain_nan TemporaryValues::TemporaryValues TensorRef::TensorRef "
     "Array::share_between_threads ReferenceCount::ReferenceCount ReferenceCount::add ReferenceCount::remove "
     "ReferenceCount::is_one snapshot frames_needed collapse GradientSum::GradientSum launched_rank"},
    {"the engine's own, unchecked: it is handed an axis that Shape::axis gave",
     "AxisSet::AxisSet AxisSet::contains AxisSet::insert"},
    {"the engine's own: what it does follows from a count", "run_parallel parallel_for"},
    {"a fast rule alone can call it; fast_rule_test.cpp has what it refuses",
     "InputGradients::InputGradients InputGradients::needs InputGradients::add InputGradients::add_slice "
     "InputGradients::add_rows InputGradients::add_product"},
    {"the engine's own: autograd_test.cpp and fast_rule_test.cpp have AnomalyMode's errors",
     "looks_for_anomalies check_result check_gradient Differentiating::Differentiating count_node"},
    {"reached through tensor() and indices()", "Nested::Nested"},
    {"of a process, or of several: dist_test.cpp has what they refuse",
     "Shard::size Group::Group Group::rank Group::size Group::mine Group::broadcast Group::average_gradients "
     "Group::sum Group::any Group::barrier"},
    {"beginner_test.cpp has what they refuse, some of it in the float build alone", "to_real updated"},
};

/// The public functions that a header declares. Our layout tells them from everything else: a free function begins its line,
/// a member stands two columns in.
std::set<std::string> functions_in(const std::string& header) {
  static const std::regex type("(?:struct|class) (\\w+) (?:[^;]* )?\\{"),
      access(" (public|private|protected):");
  static const std::regex function("(  )?((?:[\\w:<>,&*]+ )*)(operator\\(\\)|operator[^\\w\\s(]+|\\w+)\\(.*");
  static const std::regex comment(" *//.*");
  std::set<std::string> found;
  std::string line, current;
  bool is_public = true;
  for (std::stringstream lines(header); std::getline(lines, line);) {
    line = std::regex_replace(line, comment, "");
    std::smatch match;
    if (std::regex_match(line, match, type)) {
      current = match[1];
      is_public = line.starts_with("struct");
    } else if (line == "};") {
      current.clear();
    } else if (std::regex_match(line, match, access)) {
      is_public = match[1] == "public";
    } else if (std::regex_match(line, match, function)) {
      const bool member = match[1].matched, typed = match[2].length() > 0;
      const std::string name = match[3];
      if (member ? current.empty() || !is_public : !typed) continue;
      if (name != "operator=" && name != "requires") found.insert(member ? current + "::" + name : name);
    }
  }
  return found;
}

/// The public functions of a header and of all that it includes.
void collect(const std::string& path, std::set<std::string>& seen, std::set<std::string>& functions) {
  if (!seen.insert(path).second) return;
  const std::string header = contents(project_path / path);
  functions.merge(functions_in(header));
  static const std::regex include("#include \"(tinygrad_cpp/[^\"]+)\"");
  for (std::sregex_iterator match(header.begin(), header.end(), include), end; match != end; ++match)
    collect((*match)[1], seen, functions);
}

}  // namespace

TEST_CASE("bad input: each call is an error that says what is wrong") {
  for (const Row& row : rows()) {
    INFO(std::string(row.function), ": ", std::string(row.call));
    CHECK(fails_with(row.run, row.text));
  }
}

TEST_CASE("bad input: every public function has a row, or a reason to have none") {
  std::set<std::string> headers, functions, named;
  collect("tinygrad_cpp/tinygrad.hpp", headers, functions);
  CHECK(headers.size() > 30);
  CHECK(functions.size() > 200);
  for (const Row& row : rows()) named.insert(row.function);
  for (const auto& [reason, names] : without_row) {
    std::stringstream words(names);
    for (std::string name; words >> name;)
      CHECK_MESSAGE(named.insert(name).second, name, " has a row, and is listed among those without one");
  }
  for (const std::string& name : functions)
    if (!name.ends_with("::parameters"))  // takes nothing
      CHECK_MESSAGE(named.contains(name), name,
                    " has no row of bad input in tests/bad_input_*_test.cpp (those of ops/ "
                    "are in bad_input_ops_test.cpp, of nn/ in bad_input_nn_test.cpp)");
  for (const std::string& name : named)
    CHECK_MESSAGE(functions.contains(name), name,
                  " is named in tests/bad_input_*_test.cpp, but in no header");
}

TEST_CASE("bad input: the scan of headers sees what is public, and nothing else") {
  const std::string header =
      "Tensor fresh(const Tensor& a,\n             int b);\n"
      "inline Tensor operator+(const Tensor& a) { return f(a); }\n// old(a)\n"
      "struct Layer : Base {\n  explicit Layer(int in);  // or Other(in)\n"
      "  const Shape& shape() const;\n  Tensor operator()(const Tensor& x) const {\n    return g(x);\n  }\n"
      " private:\n  void own();\n};\n"
      "template <class F>\nArray map(F f) {\n  f(1);\n}\n"
      "using Rule = std::function<Tensor(const Tensor& g)>;\n";
  CHECK(functions_in(header) == std::set<std::string>{"fresh", "operator+", "Layer::Layer", "Layer::shape",
                                                      "Layer::operator()", "map"});
}
