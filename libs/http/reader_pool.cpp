// SPDX-License-Identifier: Apache-2.0
#include "http/reader_pool.hpp"

#include <utility>

namespace tollgate::http {
namespace {

constexpr std::size_t spare_readers_max = 256;

}  // namespace

ReaderPool::ReaderPool(const ServerLimits& limits, const Handler& handler)
    : limits_(limits), handler_(handler), budget_(limits.body_bytes_in_flight_max) {}

std::unique_ptr<RequestReader> ReaderPool::take() {
  if (!budget_.take(RequestReader::buffer_bytes(limits_))) return nullptr;
  if (spare_.empty()) return std::make_unique<RequestReader>(limits_, handler_, budget_);
  auto reader = std::move(spare_.back());
  spare_.pop_back();
  return reader;
}

void ReaderPool::give_back(std::unique_ptr<RequestReader> reader) {
  reader->clear();
  budget_.give_back(RequestReader::buffer_bytes(limits_));
  if (spare_.size() < spare_readers_max) spare_.push_back(std::move(reader));
}

}  // namespace tollgate::http
