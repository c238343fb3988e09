// Reading gzip data (RFC 1952) through zlib.
#pragma once

#include <weft/models/io/byte_stream.h>

#include <string>

namespace weft::text {

bool begins_as_gzip(std::span<const char> bytes);

// The content of gzip data, of one member or several in a row, with or without zeros behind them. Its read() throws FormatError,
// which begins with `name`, when the data is broken, is cut off, or has something else behind it.
std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> compressed, std::string name);

}  // namespace weft::text
