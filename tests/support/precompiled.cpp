// Empty: precompiled.hpp is compiled with the options of this file.
