#ifndef LANGEXPORT_TESTS_SUPPORT_PRECOMPILED_HPP
#define LANGEXPORT_TESTS_SUPPORT_PRECOMPILED_HPP

// The headers of other projects that most tests include. Nothing includes this file: sanitizer builds precompile it.

#include "support/catch.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#endif
