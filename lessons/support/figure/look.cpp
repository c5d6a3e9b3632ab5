#include "support/figure/look.hpp"

#include "support/text.hpp"

namespace lesson {
namespace {

constexpr std::array looks = {Look{{"#0072B2", 2, {}}, "#0072B2", Symbol::circle},
                              Look{{"#D55E00", 2, {12, 4}}, "#BB5200", Symbol::triangle},
                              Look{{"#009E73", 2, {4, 3}}, "#00815E", Symbol::square},
                              Look{{"#CC79A7", 2, {12, 4, 3, 4}}, "#9D5D80", Symbol::diamond},
                              Look{{"#E69F00", 2, {20, 5}}, "#976800", Symbol::triangle_down},
                              Look{{"#56B4E9", 2, {9, 3, 3, 3, 3, 3}}, "#39789C", Symbol::ring},
                              Look{{"#000000", 2, {2, 2}}, "#000000", Symbol::open_triangle}};

constexpr const char* grey = "#444444";
constexpr std::array baseline_pens = {Pen{grey, 1.3, {6, 4}}, Pen{grey, 1.3, {2, 3}},
                                      Pen{grey, 1.3, {10, 3, 2, 3}}, Pen{grey, 1.3, {16, 4}}};

template <class Items>
const auto& in_turn(const Items& items, int i) {
  return items[static_cast<std::size_t>(i) % items.size()];
}

}  // namespace

double pixel_width(std::string_view text, const Font& font) {
  return 4 + visible_width(text) * font.size * (font.bold ? 0.6 : 0.56);
}

const Look& look(int style) { return in_turn(looks, style); }
const Pen& baseline_pen(int style) { return in_turn(baseline_pens, style); }

}  // namespace lesson
