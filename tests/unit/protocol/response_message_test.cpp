#include <langexport/detail/protocol/response_message.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace response_message_test {

using langexport::detail::response_message;
using langexport::detail::result_check;

namespace {

std::vector<std::string*> texts_of(response_message& message) {
    return {&message.operation_location,  &message.location,
            &message.content_type,        &message.content_encoding,
            &message.request_id,          &message.date,
            &message.retry_after,         &message.retry_after_ms,
            &message.x_ms_retry_after_ms, &message.body};
}

} // namespace

TEST_CASE("a cleared response has nothing of the previous one, except its memory",
          "[response_message]") {
    response_message message;
    message.status = 200;
    for (std::string* text : texts_of(message))
        text->assign(1000, 'x');
    message.body_size = 1000;
    message.body_length = 1000;
    message.streamed_check = result_check("application/json", "");
    message.may_be_cut = true;

    message.clear();
    CHECK(message.status == 0);
    for (const std::string* text : texts_of(message)) {
        CHECK(text->empty());
        CHECK(text->capacity() >= 1000);
    }
    CHECK(message.body_size == 0);
    CHECK_FALSE(message.body_length);
    CHECK_FALSE(message.streamed_check);
    CHECK_FALSE(message.may_be_cut);
}

} // namespace response_message_test
