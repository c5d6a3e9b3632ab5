// says: nothing may stay behind
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace exercise {
struct Node {
  long made = 0;
  std::vector<std::pair<std::shared_ptr<const Node>, double>> inputs;
};
using NodePointer = std::shared_ptr<const Node>;

struct Number {
  double value = 0;
  NodePointer node;
};

using Function = std::function<Number(const std::vector<Number>&)>;
inline Number made(double value, std::vector<std::pair<NodePointer, double>> inputs) {
  static long count = 0;
  return {value, std::make_shared<const Node>(Node{++count, std::move(inputs)})};
}

inline Number variable(double value) { return made(value, {}); }
inline Number operator+(const Number& a, const Number& b) {
  return made(a.value + b.value, {{a.node, 1}, {b.node, 1}});
}
inline Number operator*(const Number& a, const Number& b) {
  return made(a.value * b.value, {{a.node, b.value}, {b.node, a.value}});
}
inline Number tanh(const Number& a) {
  const double y = std::tanh(a.value);
  return made(y, {{a.node, 1 - y * y}});
}
inline std::vector<double> gradient(const Number& y, const std::vector<Number>& xs) {
  std::map<long, std::pair<NodePointer, double>> waiting;
  static std::map<long, double> found;
  waiting[y.node->made] = {y.node, 1};
  while (!waiting.empty()) {
    const auto last = std::prev(waiting.end());
    const auto [node, slope] = last->second;
    waiting.erase(last);
    found[node->made] += slope;
    for (const auto& [input, factor] : node->inputs) {
      auto& [pointer, sum] = waiting[input->made];
      pointer = input;
      sum += slope * factor;
    }
  }
  std::vector<double> gradients;
  for (const Number& x : xs) gradients.push_back(found.count(x.node->made) ? found[x.node->made] : 0);
  return gradients;
}

inline std::vector<Number> variables(const std::vector<double>& values) {
  std::vector<Number> all;
  for (const double value : values) all.push_back(variable(value));
  return all;
}
inline double largest_error(const Function& f, const std::vector<double>& at, double h) {
  const std::vector<Number> xs = variables(at);
  const std::vector<double> gradients = gradient(f(xs), xs);
  double largest = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    std::vector<double> up = at, down = at;
    up[i] += h, down[i] -= h;
    const double slope = (f(variables(up)).value - f(variables(down)).value) / (2 * h);
    largest = std::max(largest, std::abs(slope - gradients[i]));
  }
  return largest;
}
inline std::vector<double> descended(const Function& loss, const std::vector<double>& start, double rate,
                                     int steps) {
  std::vector<double> weights = start;
  for (int step = 0; step < steps; ++step) {
    const std::vector<Number> xs = variables(weights);
    const std::vector<double> gradients = gradient(loss(xs), xs);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] -= rate * gradients[i];
  }
  return weights;
}

}
