// SPDX-License-Identifier: Apache-2.0
// A chunked body (RFC 9112 section 7.1), read strictly: Beast's own reading of it lets odd sizes
// pass. Bodies with a Content-Length need no decoding: request_reader.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::http {

class ChunkDecoder {
 public:
  enum class Step { need_bytes, done, malformed, too_large };

  /// Appends what `bytes` hold to `body`, never beyond `body_bytes_max`. `used` is what was
  /// consumed; the rest must come again, with more behind it. Extensions and trailers are read
  /// over: nothing here has a use for them.
  Step decode(std::string_view bytes, std::size_t body_bytes_max, std::string& body,
              std::size_t& used);

 private:
  enum class State { size, data, data_end, trailer };

  Step read_line(std::string_view bytes, std::size_t body_bytes_room, std::size_t& used);
  Step read_size(std::string_view line, std::size_t body_bytes_room);
  Step read_trailer(std::string_view line);

  State state_ = State::size;
  std::uint64_t chunk_bytes_left_ = 0;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace tollgate::http
