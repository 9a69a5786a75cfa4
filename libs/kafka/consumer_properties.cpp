// SPDX-License-Identifier: Apache-2.0
#include "kafka/consumer_properties.hpp"

namespace tollgate::kafka {

Properties consumer_defaults(const ConsumerOptions& options) {
  Properties properties{
      {"group.id", options.group_id},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      // Reported to us, so that we can say so loudly before we restart at the earliest.
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"session.timeout.ms", std::to_string(options.session_timeout.count())},
      {"heartbeat.interval.ms", std::to_string(options.session_timeout.count() / 4)},
      {"max.poll.interval.ms", std::to_string(options.poll_interval_max.count())},
      {"queued.max.messages.kbytes", std::to_string(options.fetched_kbytes_max)},
      // One answer must not overrun what may be queued; a single larger record still passes.
      {"fetch.max.bytes", std::to_string(options.fetched_kbytes_max * 1024 / 2)},
      // A share for many partitions: with the default of 1 MB the first eight would fill an answer,
      // and the others would be read when these are at their end.
      {"max.partition.fetch.bytes", std::to_string(options.fetched_kbytes_max * 1024 / 128)},
      // How long a seek or a new partition may have to wait for a fetch under way that finds
      // nothing.
      {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "100"},
      // Eager on purpose: at every rebalance all partitions are given back and begin anew where the
      // caller's store says, so there is one way to begin and no half-kept assignment.
      {"partition.assignment.strategy", "range"},
  };
  if (!options.group_instance_id.empty()) {
    properties["group.instance.id"] = options.group_instance_id;
  }
  return properties;
}

}  // namespace tollgate::kafka
