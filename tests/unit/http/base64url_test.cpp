// SPDX-License-Identifier: Apache-2.0
#include "http/base64url.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

TEST(Base64url, WritesTheVectorsOfRfc4648WithoutPadding) {
  EXPECT_EQ(encode_base64url(""), "");
  EXPECT_EQ(encode_base64url("f"), "Zg");
  EXPECT_EQ(encode_base64url("fo"), "Zm8");
  EXPECT_EQ(encode_base64url("foo"), "Zm9v");
  EXPECT_EQ(encode_base64url("foob"), "Zm9vYg");
  EXPECT_EQ(encode_base64url("\xfb\xff\xfe"), "-__-");
}

TEST(Base64url, ReadsWhatItWrote) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    EXPECT_EQ(decode_base64url(encode_base64url(bytes.substr(0, size))), bytes.substr(0, size));
  }
}

}  // namespace
}  // namespace tollgate::http
