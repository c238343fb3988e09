// measure [STRIDE] [F64_POINTS] [FUNCTION ...]: prints the table of tensor/docs/accuracy.md, or some of its rows. For f32 it
// compares every STRIDE-th finite number (default 127; 1 for all) with <cmath> in double, for f64 F64_POINTS numbers (default
// 20000) with MPFR. Of numbers so close to 0 that a function is practically linear, only every 1009th of these is taken.
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/isa.h>

#include <algorithm>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>

#include "tests/accuracy/functions.h"
#include "tests/accuracy/real.h"

using namespace weft;

namespace {

struct Row {
  LargestErrors value, slope;
};
using Rows = std::map<Isa, Row>;

template <class T>
Tensor tensor_of(const std::vector<T>& values) {
  Tensor result({static_cast<std::int64_t>(values.size())}, dtype_of<T>());
  std::memcpy(result.output<T>(), values.data(), values.size() * sizeof(T));
  return result;
}

// Measures one block of numbers on every instruction set; denormal results with KeepDenormals.
template <class T, class N>
void try_block(const AccurateFunction<N>& f, const std::vector<T>& x, Rows& rows) {
  std::vector<N> values, slopes;
  bool small = false;
  for (T number : x) {
    values.push_back(f.value(N(static_cast<double>(number))));
    slopes.push_back(f.slope(N(static_cast<double>(number))));
    for (const N& right : {values.back(), slopes.back()})
      small = small || std::abs(static_cast<double>(right)) < static_cast<double>(std::numeric_limits<T>::min());
  }
  const Variable input = leaf(tensor_of(x));
  const auto measure = [&](Row& row) {
    const Variable y = f.function(input), g = grad({sum(y)}, {input})[0];
    for (std::size_t i = 0; i < x.size(); ++i) {
      row.value.take(x[i], y.tensor().data<T>()[i], values[i]);
      row.slope.take(x[i], g.tensor().data<T>()[i], slopes[i]);
    }
  };
  for (auto& [set, row] : rows) {
    set_isa(set);
    Row flushed = row;
    measure(flushed);
    flushed.value.denormal = row.value.denormal, flushed.slope.denormal = row.slope.denormal;  // these may be 0
    row = flushed;
    if (!small) continue;
    const KeepDenormals keep;
    measure(row);
  }
}

void print(const char* name, const Rows& rows) {
  std::cout << "| " << name << " |" << std::fixed << std::setprecision(2);
  for (const auto& [set, row] : rows) std::cout << ' ' << row.value.normal << " |";
  for (const auto& [set, row] : rows) std::cout << ' ' << row.slope.normal << " |";
  double denormal = 0;
  for (const auto& [set, row] : rows) denormal = std::max({denormal, row.value.denormal, row.slope.denormal});
  std::cout << ' ' << denormal << " |" << std::endl;
}

Rows empty_rows() {
  Rows rows;
  const Isa best_set = isa();
  for (Isa set : {Isa::baseline, Isa::avx2, Isa::avx512})
    if (set_isa(set) == set) rows[set] = {};
  set_isa(best_set);
  return rows;
}

void measure_f32(const AccurateFunction<double>& f, std::uint32_t stride) {
  Rows rows = empty_rows();
  std::vector<float> x;
  const auto flush = [&] {
    if (!x.empty()) try_block(f, x, rows);
    x.clear();
  };
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFF; bits += stride) {
    float number;
    const auto pattern = static_cast<std::uint32_t>(bits);
    std::memcpy(&number, &pattern, sizeof number);
    // Ranges in which the function is constant or x are skipped; denormal arguments count as 0 in kernels.
    if (!std::isnormal(number) || number < static_cast<float>(f.low) || number > static_cast<float>(f.high)) continue;
    if (f.low < 0 && std::abs(number) < 1e-9f && bits / stride % 1009 != 0) continue;
    x.push_back(number);
    if (x.size() == 1 << 15) flush();
  }
  flush();
  print(f.name, rows);
}

void measure_f64(const AccurateFunction<Real>& f, std::int64_t count) {
  Rows rows = empty_rows();
  Generator g{1};
  const Tensor evenly = uniform({count}, f.low, f.high, DType::f64, g), sizes = uniform({count}, -1, 1, DType::f64, g);
  std::vector<double> x;
  for (std::int64_t i = 0; i < count; ++i) {
    // Half of them are evenly spaced, and half by their logarithm, down to 1e-20 of the range.
    const double s = sizes.data<double>()[i], least = f.low > 0 ? std::log(f.low) : std::log(f.high) - 46;
    const double size = std::exp(least + (std::log(f.high) - least) * std::abs(s)), number = s < 0 && f.low < 0 ? -size : size;
    x.push_back(i % 2 == 0 ? evenly.data<double>()[i] : std::max(number, f.low));
    if (x.size() == 1 << 12 || i + 1 == count) try_block(f, x, rows), x.clear();
  }
  print(f.name, rows);
}

void heading(const char* dtype) {
  std::string line;
  std::cout << "\n| " << dtype << " |";
  for (const char* what : {"", " slope"})
    for (const auto& [set, row] : empty_rows()) std::cout << ' ' << isa_name(set) << what << " |", line += "---|";
  std::cout << " denormal |\n|---|" << line << "---|\n";
}

}  // namespace

int main(int count, char** arguments) {
  const auto stride = static_cast<std::uint32_t>(count > 1 ? std::stoul(arguments[1]) : 127);
  const std::int64_t points = count > 2 ? std::stoll(arguments[2]) : 20000;
  const std::vector<std::string> names(arguments + std::min(count, 3), arguments + count);
  const auto asked = [&](const char* name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  heading("f32");
  for (const auto& f : accurate_functions<double>(DType::f32))
    if (asked(f.name)) measure_f32(f, stride);
  heading("f64");
  for (const auto& f : accurate_functions<Real>(DType::f64))
    if (asked(f.name)) measure_f64(f, points);
}
