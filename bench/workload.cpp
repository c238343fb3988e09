#include "workload.h"

#include <weft/tensor/array/create.h>

#include <algorithm>
#include <cmath>

namespace bench {

weft::Batch zipf_batch(std::int64_t batch, std::int64_t time, std::int64_t vocabulary, weft::Generator& generator,
                       std::int64_t first) {
  std::vector<double> cumulative;
  double total = 0;
  for (std::int64_t k = 1; k <= vocabulary - first; ++k) cumulative.push_back(total += 1.0 / static_cast<double>(k));
  weft::Tensor tokens({batch, time}, weft::DType::i64);
  for (std::int64_t& id : tokens.write<std::int64_t>())
    id = first + (std::lower_bound(cumulative.begin(), cumulative.end(), generator.uniform() * total) - cumulative.begin());
  return {tokens, weft::full({batch}, static_cast<double>(time), weft::DType::i64)};
}

}  // namespace bench
