#include "support/clusters.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "tinygrad_cpp/tinygrad.hpp"

namespace lesson {

std::vector<int> clusters(const tg::Tensor& rows, int wanted,
                          const std::function<tg::Tensor(const tg::Tensor&, const tg::Tensor&)>& distance) {
  if (rows.rank() != 2 || wanted < 1 || wanted > rows.dim(0))
    tg::fail("clusters", "rows are {} and {} clusters are wanted; [N,D] and from 1 to N are needed",
             rows.shape(), wanted);
  const tg::NoGrad off;
  struct Group {
    tg::Tensor mean;  // [1,D]
    std::vector<int> members;
    double size() const { return static_cast<double>(members.size()); }
  };
  std::vector<Group> groups;
  for (int i = 0; i < rows.dim(0); ++i) groups.push_back({tg::slice(rows, 0, i, i + 1), {i}});
  while (groups.size() > static_cast<std::size_t>(wanted)) {
    std::vector<tg::Tensor> means;
    for (const Group& group : groups) means.push_back(group.mean);
    const tg::Tensor all = tg::concat(means, 0);
    double closest = std::numeric_limits<double>::infinity();
    std::size_t first = 0, second = 1;
    for (std::size_t a = 0; a + 1 < groups.size(); ++a) {
      const int behind = static_cast<int>(a) + 1, left = all.dim(0) - behind;
      const tg::Indices one({left}, std::vector<int>(static_cast<std::size_t>(left), static_cast<int>(a)));
      const auto d = distance(tg::take(all, one), tg::slice(all, 0, behind, all.dim(0))).clone().values();
      for (std::size_t b = a + 1; b < groups.size(); ++b) {
        const double sizes = groups[a].size() * groups[b].size() / (groups[a].size() + groups[b].size());
        const double apart = static_cast<double>(d[b - a - 1]) * sizes;
        if (apart < closest) closest = apart, first = a, second = b;
      }
    }
    Group &one = groups[first], &other = groups[second];
    const double share = one.size() / (one.size() + other.size());
    one.mean = share * one.mean + (1 - share) * other.mean;
    one.members.insert(one.members.end(), other.members.begin(), other.members.end());
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(second));
  }
  std::vector<int> cluster(static_cast<std::size_t>(rows.dim(0)));
  for (std::size_t group = 0; group < groups.size(); ++group)
    for (const int member : groups[group].members)
      cluster[static_cast<std::size_t>(member)] = static_cast<int>(group);
  return cluster;
}

double purity(const std::vector<int>& cluster, const std::vector<int>& labels) {
  if (cluster.size() != labels.size() || cluster.empty())
    tg::fail("purity", "there are {} clusters of items and {} labels; one of each for every item is needed",
             cluster.size(), labels.size());
  std::map<int, std::map<int, int>> counts;
  for (std::size_t i = 0; i < cluster.size(); ++i) ++counts[cluster[i]][labels[i]];
  int most = 0;
  for (const auto& [one, of_labels] : counts) {
    int largest = 0;
    for (const auto& [label, count] : of_labels) largest = std::max(largest, count);
    most += largest;
  }
  return most / static_cast<double>(cluster.size());
}

}  // namespace lesson
