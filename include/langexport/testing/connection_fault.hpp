#ifndef LANGEXPORT_TESTING_CONNECTION_FAULT_HPP
#define LANGEXPORT_TESTING_CONNECTION_FAULT_HPP

#include <langexport/testing/fault.hpp>
#include <langexport/version.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {

/// A fault of a connection before a request is read from it.
class connection_fault {
public:
    /// When it happens.
    enum class moment {
        accept,   ///< As soon as the connection is open.
        handshake ///< After the first bytes were received: with TLS, those of the handshake.
    };

    /// The connection is closed, reset or stalled as soon as it is open.
    static connection_fault at_accept(early_end how) {
        return connection_fault(moment::accept, how);
    }
    /// The same after the first bytes were received. With TLS that is during the handshake; without TLS
    /// it is during the first request.
    static connection_fault in_handshake(early_end how) {
        return connection_fault(moment::handshake, how);
    }
    /// The emulator sends these bytes, unencrypted, as soon as the connection is open, without waiting
    /// for the client. Then it closes the connection.
    static connection_fault greeting(std::string bytes) {
        connection_fault fault(moment::accept, early_end::close);
        fault.bytes = std::move(bytes);
        return fault;
    }

    /// When it happens.
    moment when;
    /// What happens.
    early_end ending;
    /// The bytes that are sent before. Default: none.
    std::string bytes;

private:
    connection_fault(moment fault_moment, early_end how) : when(fault_moment), ending(how) {}
};

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
