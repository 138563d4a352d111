#ifndef LANGEXPORT_TESTING_IMPL_WORKBOOK_IPP
#define LANGEXPORT_TESTING_IMPL_WORKBOOK_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/testing/impl/workbook.hpp>

#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

inline void append_little_endian(std::string& output, std::uint32_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
        output += static_cast<char>(number >> (8 * i) & 0xFF);
}

// The fields that both headers of a file in the archive contain.
inline void append_file_facts(std::string& output, std::string_view name,
                              std::string_view content) {
    append_little_endian(output, 20, 2);         // unpacking needs version 2.0
    append_little_endian(output, 0, 4);          // no flags, stored
    append_little_endian(output, 0, 2);          // midnight, …
    append_little_endian(output, 1 << 5 | 1, 2); // … 1980-01-01
    append_little_endian(output, langexport::detail::checksum(content), 4);
    append_little_endian(output, static_cast<std::uint32_t>(content.size()), 4);
    append_little_endian(output, static_cast<std::uint32_t>(content.size()), 4);
    append_little_endian(output, static_cast<std::uint32_t>(name.size()), 2);
}

LANGEXPORT_DECL void zip_archive::add(std::string_view name, std::string_view content) {
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    bytes_ += "PK\x03\x04";
    append_file_facts(bytes_, name, content);
    append_little_endian(bytes_, 0, 2);
    bytes_.append(name).append(content);

    directory_ += "PK\x01\x02";
    append_little_endian(directory_, 20, 2);
    append_file_facts(directory_, name, content);
    append_little_endian(directory_, 0, 2); // no further fields, …
    append_little_endian(directory_, 0, 4); // … no comment, the first disk
    append_little_endian(directory_, 0, 2);
    append_little_endian(directory_, 0, 4);
    append_little_endian(directory_, at, 4);
    directory_ += name;
    ++count_;
}

LANGEXPORT_DECL std::string zip_archive::to_bytes() {
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    bytes_ += directory_;
    bytes_ += "PK\x05\x06";
    append_little_endian(bytes_, 0, 4);
    append_little_endian(bytes_, count_, 2);
    append_little_endian(bytes_, count_, 2);
    append_little_endian(bytes_, static_cast<std::uint32_t>(directory_.size()), 4);
    append_little_endian(bytes_, at, 4);
    append_little_endian(bytes_, 0, 2);
    return std::move(bytes_);
}

LANGEXPORT_DECL void workbook::add_row(const std::vector<std::string>& cells) {
    rows_ += "<row>";
    for (const std::string& cell : cells) {
        rows_ += "<c t=\"inlineStr\"><is><t>";
        for (const char c : cell) {
            if (c == '<' || c == '>' || c == '&')
                rows_ += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
            else
                rows_ += c;
        }
        rows_ += "</t></is></c>";
    }
    rows_ += "</row>";
}

LANGEXPORT_DECL std::string workbook::to_bytes() const {
    const std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    const std::string formats = "http://schemas.openxmlformats.org/";
    const std::string sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    const std::string relation = " Type=\"" + formats + "officeDocument/2006/relationships/";
    const auto relations = [&](const std::string& type, const std::string& target) {
        return xml + "<Relationships xmlns=\"" + formats +
               "package/2006/relationships\"><Relationship Id=\"rId1\"" + relation + type +
               "\" Target=\"" + target + "\"/></Relationships>";
    };
    zip_archive files;
    files.add("[Content_Types].xml",
              xml + "<Types xmlns=\"" + formats +
                  "package/2006/content-types\"><Default Extension=\"rels\" ContentType=\""
                  "application/vnd.openxmlformats-package.relationships+xml\"/><Override "
                  "PartName=\"/xl/workbook.xml\" ContentType=\"" +
                  sheet_type +
                  "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" "
                  "ContentType=\"" +
                  sheet_type + "worksheet+xml\"/></Types>");
    files.add("_rels/.rels", relations("officeDocument", "xl/workbook.xml"));
    files.add("xl/workbook.xml",
              xml + "<workbook xmlns=\"" + formats + "spreadsheetml/2006/main\" xmlns:r=\"" +
                  formats +
                  "officeDocument/2006/relationships\"><sheets><sheet name=\"Sheet1\" "
                  "sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
    files.add("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml"));
    files.add("xl/worksheets/sheet1.xml", xml + "<worksheet xmlns=\"" + formats +
                                              "spreadsheetml/2006/main\"><sheetData>" + rows_ +
                                              "</sheetData></worksheet>");
    return files.to_bytes();
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
