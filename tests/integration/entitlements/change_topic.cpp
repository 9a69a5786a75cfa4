// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/entitlements/change_topic.hpp"

#include <chrono>
#include <stdexcept>

namespace tollgate::tests {
namespace {

constexpr std::chrono::seconds patience{30};

}  // namespace

ChangeReader::ChangeReader(const Topic& topic)
    : consumer_(kafka::make_consumer(topic.consumer_options())) {}

bool ChangeReader::read_until(const std::function<bool()>& fact) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!fact()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    const auto batch = consumer_->poll(500, std::chrono::milliseconds{100});
    if (!batch) continue;
    for (const kafka::Record& record : batch->records()) take(record);
  }
  return true;
}

void ChangeReader::take(const kafka::Record& record) {
  events::EntitlementsChanged message;
  if (!message.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    throw std::runtime_error("a record that is no EntitlementsChanged");
  }
  if (message.user_id() != record.key) throw std::runtime_error("a record under another's key");
  seen.push_back(message.user_id() + ":" + std::to_string(message.version()));
  headers.clear();
  for (const Header& header : record.headers) headers.emplace(header.name, header.value);
  auto& known = users[message.user_id()];
  if (message.version() > known.version()) known = std::move(message);
}

}  // namespace tollgate::tests
