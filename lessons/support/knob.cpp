#include "support/knob.hpp"

#include <utility>

#include "support/knob_list.hpp"

namespace lesson {

std::vector<KnobEntry>& knobs() {
  static std::vector<KnobEntry> all;  // local: knobs are globals of other files and may come first
  return all;
}

template <class T>
Knob<T>::Knob(const char* name, T value, const char* meaning, from_to range, bool of_data)
    : value_(std::move(value)) {
  KnobEntry entry{{name, meaning, &value_, range.least, range.most}, {}, of_data};
  entry.original = text_of(entry);
  knobs().push_back(std::move(entry));
}

template <class T>
Knob<T>::~Knob() {
  std::erase_if(knobs(), [this](const KnobEntry& entry) {
    T* const* value = std::get_if<T*>(&entry.value);
    return value && *value == &value_;
  });
}

template class Knob<double>;
template class Knob<int>;
template class Knob<bool>;
template class Knob<std::string>;

}  // namespace lesson
