# Makes a manual page of the text of --help:
#
#   PROGRAM --help | awk -f man-page.awk -v name=PROGRAM -v version=1.2.3 -v others="OTHER OTHER"
#
# The text begins with "usage: ". A line of words that ends in a colon is a heading. A line that is indented by two columns begins an entry: its name, two spaces, its description, which deeper lines continue.

function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/)
        text = "\\&" text
    return text
}

function print_names(    count, all, i, line) {
    count = split(others, all, " ")
    for (i = 1; i <= count; i++)
        if (all[i] != name)
            line = line (line == "" ? "" : ",\n") ".BR " all[i] " (1)"
    gsub(/\(1\),/, "(1),", line)
    if (line != "")
        print ".SH SEE ALSO\n" line
}

# The page is described by the beginning of the first sentence.
function begin_page(line,    sentence) {
    sentence = line
    sub(/[.,:;]( .*)?$/, "", sentence)
    print ".TH " toupper(name) " 1 \"\" \"langexport " version "\" \"User Commands\""
    print ".SH NAME\n" escaped(name) " \\- " escaped(sentence)
    print ".SH SYNOPSIS\n.nf\n" synopsis ".fi\n.SH DESCRIPTION"
    is_begun = 1
}

/^usage: / || (!is_begun && /^       /) {
    line = $0
    sub(/^usage: |^       /, "", line)
    synopsis = synopsis escaped(line) "\n"
    next
}
/^$/ { needs_paragraph = is_begun; next }
!is_begun {
    # The first paragraph, up to the end of its first sentence.
    first = first (first == "" ? "" : " ") $0
    if ($0 !~ /\.( |$)/)
        next
    begin_page(first)
    print escaped(first)
    next
}
/^[A-Z][A-Za-z ]*:$/ {
    line = $0
    sub(/:$/, "", line)
    print ".SS " escaped(line)
    needs_paragraph = 0
    in_entry = 0
    next
}
/^  [^ ]/ {
    line = substr($0, 3)
    at = match(line, /   *[^ ]/)
    print ".TP\n.B " escaped(at ? substr(line, 1, at - 1) : line)
    if (at)
        print escaped(substr(line, at + RLENGTH - 1))
    needs_paragraph = 0
    in_entry = 1
    next
}
/^ / {
    line = $0
    sub(/^ */, "", line)
    if (needs_paragraph)
        print ".PP"
    print escaped(line)
    needs_paragraph = 0
    next
}
{
    if (needs_paragraph || in_entry)
        print ".PP"
    print escaped($0)
    needs_paragraph = 0
    in_entry = 0
}
END { print_names() }
