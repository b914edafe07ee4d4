// HL7's R4 validator, offline: one resource a line on stdin, one verdict a line on stdout.
// java -cp "lib/*:." Hl7Judge [DIRECTORY of our CodeSystem and Questionnaire files]

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
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

public final class Hl7Judge {
    public static void main(String[] args) throws IOException {
        FhirContext context = FhirContext.forR4();
        FhirValidator validator = validator(context, args.length == 0 ? null : Path.of(args[0]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(verdict(validator, line));
        }
    }

    private static FhirValidator validator(FhirContext context, Path definitions) throws IOException {
        FhirInstanceValidator module = new FhirInstanceValidator(new ValidationSupportChain(
                ours(context, definitions),
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context)));
        return context.newValidator().registerValidatorModule(module);
    }

    private static PrePopulatedValidationSupport ours(FhirContext context, Path definitions) throws IOException {
        PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(context);
        if (definitions == null) {
            return ours;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(definitions, "*.json")) {
            for (Path file : files) {
                ours.addResource(context.newJsonParser().parseResource(Files.readString(file)));
            }
        }
        return ours;
    }

    private static JsonObject verdict(FhirValidator validator, String resource) {
        JsonArray errors = new JsonArray();
        for (SingleValidationMessage found : validator.validateWithResult(resource).getMessages()) {
            if (found.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0) {
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
}
