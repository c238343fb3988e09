// gzip data for tests.
#pragma once

#include <doctest/doctest.h>
#include <zlib.h>

#include <string>

namespace weft::test {

// Compresses `content` to one gzip member.
inline std::string gzip(const std::string& content) {
  z_stream state{};
  constexpr int kGzip = 16 + MAX_WBITS, kMemory = 8;
  REQUIRE(deflateInit2(&state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string compressed(deflateBound(&state, content.size()) + 32, '\0');
  std::string input = content;
  state.next_in = reinterpret_cast<Bytef*>(input.data());
  state.avail_in = static_cast<uInt>(input.size());
  state.next_out = reinterpret_cast<Bytef*>(compressed.data());
  state.avail_out = static_cast<uInt>(compressed.size());
  REQUIRE(deflate(&state, Z_FINISH) == Z_STREAM_END);
  compressed.resize(state.total_out);
  deflateEnd(&state);
  return compressed;
}

}  // namespace weft::test
