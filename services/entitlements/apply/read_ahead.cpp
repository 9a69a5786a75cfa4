// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/read_ahead.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <utility>

namespace tollgate::entitlements {

void ReadAhead::begin(std::unique_ptr<kafka::RecordBatch> records) {
  records_ = std::move(records);
  content_ = boost::asio::post(
      thread_, boost::asio::use_future([this] { return reader_.read(records_->records()); }));
}

ReadAhead::Taken ReadAhead::take() {
  content_.wait();  // The thread reads through records_.
  Taken taken{std::move(records_), {}};
  taken.content = content_.get();
  return taken;
}

void ReadAhead::drop() {
  if (content_.valid()) content_.wait();
  content_ = {};
  records_.reset();
}

void ReadAhead::free(Taken batch) {
  boost::asio::post(thread_, [done = std::move(batch)] {});
}

}  // namespace tollgate::entitlements
