// SPDX-License-Identifier: Apache-2.0
// One batch read on a thread of its own, while the thread that took it from Kafka still waits for
// the database with the batch before. A batch that is read at once is ApplyEvents's alone.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <future>
#include <memory>

#include "entitlements/apply/read_records.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::entitlements {

/// Of one thread, the owner's. The thread here touches the batch and its own reader, and only
/// between begin() and the end of take() or drop(), which wait for it: milliseconds, for it waits
/// for nobody. What it is given to free is its own; with the
/// last batch of a consumer that is gone it takes down Kafka's client too.
class ReadAhead {
 public:
  struct Taken {
    std::unique_ptr<kafka::RecordBatch> records;
    BatchContent content;  ///< what the records say
  };

  ReadAhead() = default;
  ~ReadAhead() { drop(); }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// Only while there is no batch.
  void begin(std::unique_ptr<kafka::RecordBatch> records);
  [[nodiscard]] bool has_batch() const { return records_ != nullptr; }
  /// Only while there is a batch. Throws what reading threw; then there is none any more.
  Taken take();
  /// Forgets the batch, if there is one.
  void drop();
  /// Frees the memory of a batch that is done: thousands of pieces, while the database works.
  void free(Taken batch);

 private:
  std::unique_ptr<kafka::RecordBatch> records_;
  std::future<BatchContent> content_;
  RecordReader reader_;  ///< of the thread
  boost::asio::thread_pool thread_{1};
};

}  // namespace tollgate::entitlements
