#include "support/exercises/beginner_errors.hpp"

#include <array>
#include <regex>

#include "support/exercises/unknown_names.hpp"

namespace judge {
namespace {

// `said` is looked for in the message and its notes, without quotes, `const`, `&` and `tg::`. The words of
// g++ stand before those of clang++. `code` is looked for in the statement. $1 in the sentence is what the
// parentheses of `said` found, or those of `code` where `said` has none. The first row that fits speaks: what
// is special stands before what is general.
struct Row {
  const char *name, *said, *code, *sentence;
};
constexpr auto table = std::to_array<Row>({
    // Python.
    {"def", R"(\bdef does not name a type|unknown type name def)", "",
     "This is Python. In C++ types come first: Tensor name(const Tensor& x) { .. }"},
    {"condition without parentheses", R"(expected \()", R"(\b(if|for|while) [^(])",
     "After `$1` come parentheses, and then braces: if (x > 0) { .. }, for (double h : hidden) { .. }."},
    {"**", R"(unary \*|indirection requires pointer)", R"(\*\*)",
     "C++ has no **. Write x * x, or std::pow(x, 2) for a number, pow(x, 2) for a Tensor."},
    {"@", "stray @|expected", "@", "C++ has no @ for matrices. Write matmul(a, b)."},
    {"[a:b]", R"(expected \])", R"(\[[^\]]*:)", "C++ has no [a:b]. Write tg::slice(x, axis, start, stop)."},
    {"named argument", R"((axis|dim|keepdim|keepdims) was not|undeclared identifier (axis|dim|keepdims?)\b)",
     R"([(,] ?(axis|dim|keepdims?) ?=)",
     "Arguments have no names in C++, only an order: mean(x, -1, tg::keepdim)."},
    {"True", R"((True|False) was not|undeclared identifier (True|False)\b)", "",
     "C++ writes them small: true and false."},
    {"len", R"((len|range) was not|undeclared identifier (len|range)\b)", "",
     "`$1$2` is Python. Here it is v.size(), and for (int i = 0; i < n; ++i)."},
    {"print", R"((print) was not|undeclared identifier (print)\b)", "",
     "To print: fmt::print(\"{}\\n\", x);"},
    {"another word of Python",
     R"((None|np|torch|self|elif) was not|undeclared identifier (None|np|torch|self|elif)\b)", "",
     "`$1$2` is Python. The functions of the engine stand in tg::, members without self, and elif is else "
     "if."},

    // Signs.
    {"single quotes", R"(fail\((char|int)|call to fail)", R"('\w)",
     "Text stands in double quotes: \"text\"."},
    {"commas in for", "expected|redefinition of", R"(for \([^;]*,[^;]*\))",
     "The three parts of a for have `;` between them: for (int i = 0; i < n; ++i)."},
    {"else", "else without a previous if|expected expression", R"(^\s*else)",
     "The `if` has ended before this `else`. Several statements after an if stand in braces: if (..) { .. } "
     "else { .. }."},
    {"dot after a namespace", R"(expected primary-expression before \.|unexpected namespace name)",
     R"(\b(tg|std)\.(\w+))", "`$1` is a namespace: write $1::$2."},
    {"constructor without :", "expected ; at end of (?:member declaration|declaration list)",
     R"((\w+)\(.*\) \w+\(.*\{)",
     "Between a constructor's parentheses and the first member stands `:`, as in $1(..) : member(..) {}."},
    {"semicolon", "^error: expected [^|]*;|expected initializer before", "",
     "A statement ends with `;`. One is missing here, or another sign before it."},
    {"sign", "^error: expected", "",
     "Look at the mark and at what stands just before it. A comma, an operator or a parenthesis is missing "
     "there, or too many."},

    // Conditions.
    {"= for ==", "assignment used as truth value|result of an assignment|to bool|contextually convertible",
     R"((if|while) \([^=<>!]* = )", "`=` gives a variable a value. To compare, write `==`."},
    {"== for =", "value computed is not used|has no effect|result unused",
     "==", "`==` compares, and nothing is done with the result. To give a variable a value, write `=`."},
    {"; after if", "empty body", "", "The `;` after the parentheses ends the statement. Delete it."},
    {"and, not",
     R"(operator(&|\|\||!) \(operand types? (are|is) Tensor|Tensor is not contextually|type Tensor to unary)",
     R"(&&|\|\||![^=])",
     "&&, || and ! are for true and false, and a comparison of Tensors is a Tensor of 1 and 0. Write a * b "
     "for `a and b`, maximum(a, b) for `a or b`, 1 - a for `not a`."},
    {"Tensor in a condition", "Tensor to bool|Tensor is not contextually", "",
     "A comparison of Tensors is a Tensor of 1 and 0, and no condition. Choose for each element: "
     "where(condition, a, b). For a Tensor of one number: if (x.item() > 0)."},

    // Numbers, vectors and Tensors.
    {"std::max of a Tensor", "call to (?:std::)?(max|min)\\b.*Tensor", R"(std::(max|min)\()",
     "std::$1 is for numbers. Of two Tensors, element by element, take tg::$1imum(a, b)."},
    {"std::max of two types", R"(conflicting types for parameter|(?:max|min)\((?:double|int|float|long))",
     R"(std::(max|min)\()", "std::$1 wants two of the same type. Write 0.0 for 0, or std::$1<double>(a, b)."},
    {"std::exp of a Tensor", R"(call to (?:std::)?(exp|log|sqrt|pow|abs|tanh)\b.*Tensor)", "std::",
     "std::$1 is for numbers, and this is a Tensor. Write $1(..) without std::, which works on Tensors; a "
     "Tensor's one number is x.item()."},
    {"another std:: of a Tensor", "call to .*Tensor|convert Tensor to double", R"(std::\w+\()",
     "What std:: has is for numbers, and this is a Tensor. Use operations on Tensors; the one number in a "
     "Tensor is x.item()."},
    {"map is no Tensor", "(map.* from|type|from) Array to( function return type| non-scalar type)? Tensor",
     "",
     "map(..) makes plain numbers, an Array, without a gradient. Give it to record(\"name\", map(..), {x}, "
     "{rule}), or use operations on Tensors."},
    {"Tensor for record's numbers", "call to record.*(from Tensor to Array)", "",
     "record's second argument is plain numbers: map(x, [](Real v) { return ..; }). Operations on Tensors "
     "need no record."},
    {"rule without return", "call to record", R"(auto( \w+)?\) \{ (?=[^\s/])(?![^}]*\breturn\b))",
     "A rule gives a Tensor back: [](auto& g, auto& y, auto in) { return ..; }. Each rule needs its return."},
    {"record", "call to record", "",
     "record takes a name, numbers, inputs and rules: record(\"name\", map(..), {x}, {[](auto& g, auto& y, "
     "auto in) { return ..; }}). Inputs and rules stand in braces, and a rule has these three parameters."},
    {"list of inputs", R"((operator|invalid operands).*Inputs)", "",
     "`in` is the list of the inputs. The first is in[0]."},
    {"vector for a Tensor",
     R"((from|of type) std::vector<(double|float|int)> to( function return type| non-scalar type)? Tensor|)"
     R"(Tensor from expression of type std::vector|from std::vector<(double|float|int)> to Tensor)",
     "",
     "A std::vector is no Tensor. tg::tensor(v) makes one of it, of shape [n], and Tensor({2, 3}, v) one of "
     "shape [2,3]."},
    {"sort of a map", "_Rb_tree_iterator", R"(std::sort\()",
     "std::sort is for a std::vector. A map is always in the order of its keys: copy its pairs into a "
     "std::vector."},
    {"arithmetic of a vector", R"((types are|expression \()\s*(\w+ and )?std::vector<)", "",
     "A std::vector has no arithmetic. Compute each element in a loop, or make a Tensor of it: "
     "tg::tensor(v)."},
    {"Tensor added to a number", R"((types are|expression \()\s*\(?(double|float|int|Real) and Tensor)",
     R"([-+*/]=)",
     "A double cannot take in a Tensor. To add up Tensors, begin with Tensor total = 0; the number in one "
     "is x.item()."},
    {"values for a vector", R"(from (std::)?span<\w+> to( non-scalar type)? std::vector<)", "",
     "values() is a look at numbers, and no std::vector. Make one of it: std::vector<int> "
     "v(ids.values().begin(), ids.values().end())."},
    {"Tensor for a vector",
     R"(from Tensor to( function return type| non-scalar type)? std::vector<(double|Real)>)", "",
     "A Tensor is no std::vector. Its numbers, row by row: std::vector<double> v(x.values().begin(), "
     "x.values().end())."},
    {"Tensor for a number",
     R"((convert|from|of type) Tensor to (function return type )?(double|float|int|Real))", "",
     "A Tensor is no number, even when it holds just one. That one is x.item(). (A number has no history: "
     "no gradient goes through it.)"},
    {"[] of a Tensor", R"(operator\[\].*Tensor|Tensor does not provide a subscript)", "",
     "A Tensor has no [ ]. A number in it is x.at({i, j}), a part of it tg::slice(x, axis, start, stop), "
     "and the part at one index tg::select(x, axis, index)."},
    {"^", R"(operator\^|invalid operands)", R"(\^)", "`^` is no power. Write x * x, or pow(x, 2)."},
    {"arithmetic of a shape", "(operator|invalid operands).*Shape", "",
     "A Shape is a list of sizes. One of them is x.dim(0), and the number of all elements x.size()."},
    {"shape without braces",
     "Shape from expression of type (int|long)|to type Shape could not bind|argument shape", "",
     "A shape is a list in braces: tg::zeros({3, 4})."},
    {"true for keepdim", "bool to (tg::)?Keep", "", "Write tg::keepdim for true: mean(x, -1, tg::keepdim)."},
    {"keepdim without axis", "deleted function", "(sum|mean|max|min|var)",
     "After the Tensor comes the axis, and then tg::keepdim: $1(x, -1, tg::keepdim)."},

    // Functions.
    {"()",
     R"(unresolved overloaded function type|did you forget the \(\)|\(Tensor::\)|)"
     R"(non-static member function must be)",
     R"(\.([a-z_]+)\b(?!\())", "`$1` is a function. Call it with parentheses: .$1()."},
    {"->", "base operand of ->|is not a pointer", "", "Write `.` for `->`: x.item()."},
    {"options", R"(optim::(SGD|RMSprop|Adam))", "",
     "Options stand in braces, by name: tg::optim::$1 optimizer(parameters, {.lr = 0.05}). "
     "tinygrad_cpp/optim/optimizers.hpp lists them."},
    {"list of parameters", "(to|initialization of) (nn::)?Parameters", "",
     "Parameters is a list of pairs, each a name and a Tensor: return {{\"weight\", weight}, {\"bias\", "
     "bias}};"},
    {"return without a value", "return-statement with no value|should return a value", "",
     "The function promises a value: return value;"},
    {"return of nothing", "return-statement with a value|void function .* should not return", "",
     "The function is void: it gives nothing back. Write `return;`, or nothing."},
    {"forgotten return",
     "no return statement|control reaches end of non-void|non-void (function|lambda) does not return", "",
     "Every way through the function ends in `return value;`. One does not: the end, or an if without else."},
    {"two types of return", "inconsistent types|must match previous return type", "",
     "The returns of a lambda must have one type. Write 0.0 for 0, or say the type: [](Real v) -> Real { .. "
     "}."},
    {"not captured", R"((\w+) is not captured|variable (\w+) cannot be implicitly captured)", "",
     "The lambda does not know `$1$2`. Name it in the brackets, [$1$2]. (A rule may capture numbers, never "
     "a Tensor: it finds those in `in`.)"},
    {"member not captured", "this (was not captured|cannot be implicitly)", "",
     "The lambda does not know the members. Write [this] or [&] for []."},

    // const.
    {"member in a const function",
     "in read-only object|data member within|of type \\w+::\\w+, but method is not marked", "",
     "The function has `const` after its parentheses, so it may not change members. Compute a new value, "
     "and return it."},
    {"const Tensor",
     R"(passing Tensor as this|argument has type Tensor|operator[-+*/]= .*types are Tensor|)"
     R"(overloaded [-+*/]=)",
     "",
     "This Tensor is const, so `=` cannot give it another value. Make a new one, const Tensor y = ..; the "
     "numbers of a parameter change by parameter.assign(..)."},
    {"const vector",
     R"(passing std::vector|read-only location|returns a value|argument has type std::|)"
     R"(overloaded operator\[\]|argument discards.*in call to [^|]*std::)",
     "", "What is const may not change, and this would change it. Work on a copy: auto copy = v;"},
    {"const", R"(read-only variable (\w+)|cannot assign to variable (\w+)|variable captured by copy)", "",
     "This variable may not change here. Leave out `const` where it is declared; a lambda that copies it, "
     "as [=] does, needs [&] to change it."},
    {"function without const", R"(no match for call to \(.*near match|is not marked|argument discards)", "",
     "What is const can call only functions that promise to change nothing: write `const` after the "
     "function's parentheses."},

    // Declarations.
    {"auto without a value", "auto \\w+ has no initializer|type auto requires an initializer", "",
     "`auto` takes its type from a first value. Write the type: double total = 0;"},
    {"declared twice", "redeclaration of|redefinition of|error: declaration of .* shadows a parameter", "",
     "There is one of this name already. To give it a new value, leave out the type: name = ..;"},
    {"shadowed name", "declaration.* shadows", "",
     "This makes a second variable of the same name, and the first stays as it was. To change the first, "
     "leave out the type; else take another name."},
    {"fraction in an int", "conversion from (double|float|Real).* to int|floating-point number into integer",
     "", "An int drops what is after the point. Write double."},
    {"without a first value", "uninitialized", "",
     "Without a first value a variable holds anything. Give it one: double total = 0;"},
    {"int and size", "different signedness|different signs", "",
     "This does no harm. To be rid of it: for (std::size_t i = 0; i < v.size(); ++i)."},
    {"private", "is private within|is a private member", "",
     "That is the engine's own. Take a public function of the class."},
    {"number of arguments",
     "too (few|many) arguments|requires [^|]{0,60}argument[^|]{0,20}, but|candidate expects", "",
     "The number of arguments is wrong. Look the function up in the comment above, or in tinygrad_cpp/."},
});

std::string plain(const std::string& text) {
  static const std::regex left_out(R"('|&(?!&)|\bconst |\btg::)");
  return std::regex_replace(text, left_out, "");
}

}  // namespace

Advice advice_for(const Said& said, const std::vector<Token>& answer) {
  constexpr std::size_t most = 1500;  // std::regex calls itself for each character
  const std::string text = (plain(said.message) + " | " + plain(said.notes)).substr(0, most),
                    code = said.code.substr(0, most);
  for (const Row& row : table) {
    std::smatch in_text, in_code;
    const std::regex said_form(row.said), code_form(row.code);
    if (!std::regex_search(text, in_text, said_form) || !std::regex_search(code, in_code, code_form))
      continue;
    return {row.name, (said_form.mark_count() > 0 ? in_text : in_code).format(row.sentence)};
  }
  const std::string sentence = unknown_name(plain(said.message), answer);
  return {sentence.empty() ? "" : "unknown name", sentence};
}

std::vector<Advice> beginner_errors() {
  std::vector<Advice> all;
  for (const Row& row : table) all.push_back({row.name, row.sentence});
  return all;
}

}  // namespace judge
