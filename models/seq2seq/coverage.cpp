#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/models/seq2seq/coverage.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

namespace weft {

Coverage::Coverage(const nn::Owner& parent, const std::string& name, std::int64_t key_dim)
    : Module(parent, name), weight(this, "weight", zeros({key_dim})) {}

void Coverage::reset_parameters(const nn::init::Preset& /*preset*/, Generator& /*generator*/) {
  copy_to(weight.tensor(), zeros(weight.shape(), weight.tensor().dtype()));
}

nn::Memory Coverage::operator()(const nn::Memory& memory, const Variable& received) const {
  nn::Memory covered = memory;
  covered.keys = memory.keys + unsqueeze(received, -1) * weight;  // [rows, time, key dim]
  return covered;
}

}  // namespace weft
