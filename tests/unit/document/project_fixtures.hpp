#ifndef LANGEXPORT_TESTS_UNIT_DOCUMENT_PROJECT_FIXTURES_HPP
#define LANGEXPORT_TESTS_UNIT_DOCUMENT_PROJECT_FIXTURES_HPP

#include <langexport/document/project_file.hpp>

#include <string>
#include <vector>

namespace langexport_tests {

/// A project file of our own, in the form of the service.
struct project_fixture {
    langexport::project_kind kind;
    std::string text;
};

/// One for each kind, then some of unknown kinds.
inline std::vector<project_fixture> project_fixtures() {
    using langexport::project_kind;
    return {
        {project_kind::single_label_classification,
         R"({"projectFileVersion":"2022-05-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
         R"("projectKind":"CustomSingleLabelClassification","storageInputContainerName":"tickets",)"
         R"("projectName":"Tickets","multilingual":false,"description":"Größe ✓ 😀","language":)"
         R"("en-us","settings":{"confidenceThreshold":0.7}},"assets":{"projectKind":)"
         R"("CustomSingleLabelClassification","classes":[{"category":"Billing"},{"category":)"
         R"("Outage"}],"documents":[{"location":"001.txt","language":"en-us","dataset":"Train",)"
         R"("class":{"category":"Billing"}},{"location":"002.txt","language":"de","dataset":"Test",)"
         R"("class":{"category":"Outage"}},{"location":"003.txt"}]}})"},
        // The kind of the assets last; an undeclared label; the same label twice.
        {project_kind::multi_label_classification,
         R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
         R"("projectKind":"CustomMultiLabelClassification","projectName":"Films","language":"en",)"
         R"("settings":{}},"assets":{"documents":[{"classes":[{"category":"Drama"},{"category":)"
         R"("Comedy"}],"location":"a.txt","dataset":"Train"},{"classes":[],"location":"b.txt"},)"
         R"({"location":"c.txt","classes":[{"category":"Drama"},{"category":"Drama"}]}],"classes":)"
         R"([{"category":"Comedy"},{"category":"Action"}],"projectKind":)"
         R"("CustomMultiLabelClassification"}})"},
        {project_kind::entity_recognition,
         R"({"projectFileVersion":"2022-05-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
         R"("projectKind":"CustomEntityRecognition","storageInputContainerName":"loans",)"
         R"("projectName":"Loans","multilingual":true,"language":"en-us"},"assets":{"projectKind":)"
         R"("CustomEntityRecognition","entities":[{"category":"Lender"},{"category":"Date",)"
         R"("description":"when"}],"documents":[{"location":"01.txt","language":"en-us","dataset":)"
         R"("Train","entities":[{"regionOffset":0,"regionLength":500,"labels":[{"category":)"
         R"("Lender","offset":25,"length":10},{"category":"Date","offset":0,"length":8},)"
         R"({"category":"Lender","offset":70,"length":10}]},{"regionOffset":500,"regionLength":1,)"
         R"("labels":[]}]}]}})"},
        {project_kind::healthcare,
         R"({"projectFileVersion":"2022-05-15-preview","stringIndexType":"Utf16CodeUnit",)"
         R"("metadata":{"projectKind":"CustomHealthcare","projectName":"Charts","language":"en"},)"
         R"("assets":{"projectKind":"CustomHealthcare","entities":[{"category":"Ward",)"
         R"("compositionSetting":"combineComponents","list":{"sublists":[{"listKey":"ICU",)"
         R"("synonyms":[{"language":"en","values":["ICU","intensive care"]}]}]}},{"category":)"
         R"("Drug","compositionSetting":"separateComponents","prebuilts":[{"category":)"
         R"("MedicationName"}]}],"documents":[{"location":"x.txt","language":"en","entities":[)"
         R"({"regionOffset":0,"regionLength":90,"labels":[{"category":"Ward","offset":4,)"
         R"("length":3}]}]}]}})"},
        {project_kind::text_sentiment,
         R"({"projectFileVersion":"2023-04-15-preview","stringIndexType":"Utf16CodeUnit",)"
         R"("metadata":{"projectKind":"CustomTextSentiment","storageInputContainerName":"reviews",)"
         R"("projectName":"Mood","multilingual":false,"description":"","language":"en"},"assets":{)"
         R"("projectKind":"CustomTextSentiment","documents":[{"location":"r/1.txt","language":"en",)"
         R"("sentimentSpans":[{"category":"negative","offset":0,"length":28},{"category":)"
         R"("neutral","offset":29,"length":31}],"dataset":"Train"}]}})"},
        {project_kind::abstractive_summarization,
         R"({"projectFileVersion":"2023-04-15-preview","stringIndexType":"Utf16CodeUnit",)"
         R"("metadata":{"projectKind":"CustomAbstractiveSummarization","projectName":"Minutes",)"
         R"("language":"en"},"assets":{"projectKind":"CustomAbstractiveSummarization","documents":)"
         R"([{"summaryLocation":"s/1.txt","location":"d/1.txt","language":"en"}]}})"},
        {project_kind::conversation,
         R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
         R"("projectKind":"Conversation","settings":{"confidenceThreshold":0.5,)"
         R"("normalizeCasing":true},"projectName":"Home","multilingual":true,"description":"",)"
         R"("language":"en-us"},"assets":{"projectKind":"Conversation","intents":[{"category":)"
         R"("None"},{"category":"Light"}],"entities":[{"category":"Room","compositionSetting":)"
         R"("combineComponents","list":{"sublists":[]},"regex":{"expressions":[]}},)"
         R"({"category":"Level","prebuilts":[{"category":"Quantity.Number"}],"requiredComponents":)"
         R"(["prebuilts"]}],"utterances":[{"text":"dim the 😀 kitchen to 5","language":"en-us",)"
         R"("intent":"Light","entities":[{"category":"Room","offset":11,"length":7},{"category":)"
         R"("Level","offset":22,"length":1}],"dataset":"Train"},{"text":"what","intent":"None",)"
         R"("entities":[],"dataset":"Test"}]}})"},
        {project_kind::orchestration,
         R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
         R"("projectKind":"Orchestration","projectName":"Router","language":"en"},"assets":{)"
         R"("projectKind":"Orchestration","intents":[{"category":"Home","orchestration":{)"
         R"("targetProjectKind":"Conversation","conversationOrchestration":{"projectName":"Home",)"
         R"("deploymentName":"production"}}}],"utterances":[{"text":"hi","intent":"Home"}]}})"},
        {project_kind::question_answering,
         R"({"metadata":{"projectName":"Faq","description":"","language":"en",)"
         R"("multilingualResource":false,"settings":{"defaultAnswer":"No answer found."}},"assets":{)"
         R"("synonyms":[{"alterations":["bluetooth","BT"]}],"qnas":[{"id":1,"answer":"Turn it)"
         R"( off.\n\nAnd **on**.","source":"Editorial","questions":["It hangs","Frozen?"],)"
         R"("metadata":{"area":"device"},"dialog":{"isContextOnly":false,"prompts":[{)"
         R"("displayOrder":0,"qnaId":2,"displayText":"More"}]},"activeLearningSuggestions":[],)"
         R"("lastUpdatedDateTime":"2024-01-01T00:00:00Z"},{"id":2,"answer":"","source":)"
         R"("https://example.com","questions":[],"metadata":{},"dialog":{}}]},"fileUri":null})"},
        // The same kind as a LUIS application, which does not name its kind. The version comes late.
        {project_kind::conversation,
         R"({"intents":[{"name":"None","features":[]},{"name":"Light"}],"entities":[{"name":"Room",)"
         R"("children":[],"roles":["from"]}],"hierarchicals":[],"closedLists":[{"name":"Level",)"
         R"("subLists":[{"canonicalForm":"1","list":["one"]}]}],"utterances":[{"text":)"
         R"("dim the 😀 kitchen","intent":"Light","entities":[{"entity":"Room","startPos":11,)"
         R"("endPos":17,"role":"from","children":[]}]},{"text":"what","intent":"None","entities":)"
         R"([]}],"luis_schema_version":"7.0.0","versionId":"0.1","name":"Home","desc":"",)"
         R"("culture":"en-us","tokenizerVersion":"1.0.0","settings":[]})"},
        // Members and types that this version has never seen, numbers of all sorts, nulls.
        {project_kind::unknown,
         R"({"projectFileVersion":"2031-01-01","metadata":{"projectKind":"CustomHaiku",)"
         R"("projectName":"Haiku","multilingual":null,"rating":0.1,"big":18446744073709551615,)"
         R"("small":-9223372036854775808,"tiny":5e-324,"one":1.0,"many":1e300,"settings":[1,2]},)"
         R"("assets":{"documents":[{"location":{"blob":"x","container":"y"},"class":"A",)"
         R"("entities":[7,8],"dataset":"Train"}],"classes":["A","B"],"stanzas":[{"lines":[[5],[7],)"
         R"([5]]}],"entities":{"by":"name"},"empty":{},"projectKind":"CustomHaiku"},"z":true})"},
        {project_kind::unknown,
         R"({"assets":{"documents":[{"location":"1.txt","future":[{"a":[]}]}]}})"},
        {project_kind::unknown, R"({"Metadata":{"ProjectName":"p"},"Assets":{"Qnas":[]}})"},
        {project_kind::unknown, R"({"metadata":{}})"},
    };
}

} // namespace langexport_tests

#endif
