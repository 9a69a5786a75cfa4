// SPDX-License-Identifier: Apache-2.0
// Stripe's API under /v1 without sockets: a request goes in, an answer comes out, the world has
// changed. HTTP is simulator_handler.hpp's; what each operation does is in the objects' files.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "stripe_simulator/api/idempotency.hpp"
#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// The headers are empty when absent.
struct ApiRequest {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view body;
  std::string_view authorization;
  std::string_view stripe_version;
  std::string_view idempotency_key;
};

enum class Replay { no, yes };  ///< `yes`: a stored answer, marked by `Idempotent-Replayed`

struct ApiAnswer {
  unsigned status = 200;
  std::string body;
  std::string request_id;
  Replay replayed = Replay::no;
};

class Api {
 public:
  explicit Api(World& world) : world_(world) {}

  ApiAnswer answer(const ApiRequest& request);
  /// Whether a request with that idempotency key would be answered from what is kept.
  [[nodiscard]] bool has_answered(std::string_view idempotency_key) const {
    return answers_.has(std::string{idempotency_key});
  }

  /// For the state file; they live as long as this does.
  [[nodiscard]] IdempotentAnswers& idempotent_answers() { return answers_; }

  /// From now on a GET of that path answers that body, whatever the world holds; null ends it.
  void make_up(const std::string& path, const Json& body);
  /// Forgets made-up bodies and stored answers.
  void reset();

 private:
  Outcome<Json> run(const Operation& operation, Call& call, const ApiRequest& request);
  ApiAnswer run_once(const Operation& operation, Call& call, const ApiRequest& request,
                     std::string request_id);

  World& world_;
  IdempotentAnswers answers_;
  std::map<std::string, Json, std::less<>> made_up_;
};

}  // namespace tollgate::simulator
