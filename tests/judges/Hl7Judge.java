// HL7's R4 validator, offline: one resource a line on stdin, one verdict a line on stdout.
// java -cp "lib/*:classes" Hl7Judge [DIRECTORY of our CodeSystem and Questionnaire files]

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Questionnaire;

public final class Hl7Judge {
    private final FhirValidator validator;
    private final Ours ours;

    private Hl7Judge(FhirContext context, Ours ours) {
        this.ours = ours;
        this.validator = context.newValidator().registerValidatorModule(new FhirInstanceValidator(
                new ValidationSupportChain(
                        ours,
                        new DefaultProfileValidationSupport(context),
                        new CommonCodeSystemsTerminologyService(context),
                        new InMemoryTerminologyServerValidationSupport(context),
                        new SnapshotGeneratingValidationSupport(context))));
    }

    public static void main(String[] args) throws IOException {
        FhirContext context = FhirContext.forR4();
        Ours ours = new Ours(context);
        if (args.length > 0) {
            ours.load(Path.of(args[0]));
        }
        Hl7Judge judge = new Hl7Judge(context, ours);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(judge.verdict(line));
        }
    }

    private JsonObject verdict(String resource) {
        JsonArray errors = new JsonArray();
        for (SingleValidationMessage found : validator.validateWithResult(resource).getMessages()) {
            // A foreign code system nobody here can look into stays a warning. An address of ours that is
            // not among the loaded files is a typing error, whatever the validator calls it.
            if (found.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0 || ours.isNamedIn(found.getMessage())) {
                JsonObject error = new JsonObject();
                error.addProperty("path", found.getLocationString());
                error.addProperty("message", found.getMessage());
                errors.add(error);
            }
        }
        JsonObject verdict = new JsonObject();
        verdict.add("hl7", errors);
        return verdict;
    }

    /** Our published files. HAPI's own class keeps code systems but no questionnaires. */
    private static final class Ours extends PrePopulatedValidationSupport {
        private final Map<String, Questionnaire> questionnaires = new HashMap<>();
        private final Set<String> folders = new HashSet<>();

        Ours(FhirContext context) {
            super(context);
        }

        void load(Path directory) throws IOException {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
                for (Path file : files) {
                    MetadataResource resource = (MetadataResource)
                            getFhirContext().newJsonParser().parseResource(Files.readString(file));
                    folders.add(resource.getUrl().substring(0, resource.getUrl().lastIndexOf('/') + 1));
                    if (resource instanceof Questionnaire questionnaire) {
                        questionnaires.put(questionnaire.getUrl(), questionnaire);
                        questionnaires.put(questionnaire.getUrl() + "|" + questionnaire.getVersion(), questionnaire);
                    } else {
                        addResource(resource);
                    }
                }
            }
        }

        boolean isNamedIn(String message) {
            return folders.stream().anyMatch(message::contains);
        }

        @Override
        public <T extends IBaseResource> T fetchResource(Class<T> type, String uri) {
            return type == Questionnaire.class
                    ? type.cast(questionnaires.get(uri))
                    : super.fetchResource(type, uri);
        }
    }
}
