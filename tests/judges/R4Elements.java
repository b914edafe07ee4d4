// Prints the R4 element table of our own R4 layer, read from HL7's 4.0.1 definitions.
// java -cp "lib/*:classes" R4Elements Appointment Practitioner ...

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.ElementDefinition.TypeRefComponent;
import org.hl7.fhir.r4.model.Enumerations.BindingStrength;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.ValueSet;

public final class R4Elements {
    private static final String STRUCTURES = "http://hl7.org/fhir/StructureDefinition/";
    private static final Set<String> OPEN_ENDED = Set.of( // lists kept by others, which R4 only names
            "http://hl7.org/fhir/ValueSet/mimetypes", "http://hl7.org/fhir/ValueSet/currencies");
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final IValidationSupport definitions;
    private final Deque<String> wanted = new ArrayDeque<>();
    private final Map<String, String> lines = new TreeMap<>();

    private R4Elements(FhirContext context) {
        this.definitions = new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new InMemoryTerminologyServerValidationSupport(context));
    }

    public static void main(String[] args) {
        R4Elements table = new R4Elements(FhirContext.forR4());
        Collections.addAll(table.wanted, args);
        while (!table.wanted.isEmpty()) {
            table.structure(table.wanted.pop());
        }
        System.out.println("{\n" + String.join(",\n", table.lines.values()) + "\n}");
    }

    private void structure(String name) {
        StructureDefinition structure = (StructureDefinition) definitions.fetchStructureDefinition(STRUCTURES + name);
        if (structure.getKind() == StructureDefinitionKind.PRIMITIVETYPE || lines.containsKey(name)) {
            return;
        }
        lines.put(name, "\"" + name + "\": [\"\", {}]");
        for (ElementDefinition element : structure.getSnapshot().getElement()) {
            if (element.getPath().contains(".")) {
                element(element);
            }
        }
    }

    private void element(ElementDefinition element) {
        Map<String, List<String>> types = new TreeMap<>();
        if (element.hasContentReference()) {
            types.put(element.getContentReference(), List.of());
        }
        for (TypeRefComponent type : element.getType()) {
            String code = name(element, type);
            types.put(code, choices(element, type));
            if (!code.startsWith("#") && !code.equals("BackboneElement") && !code.equals("Resource")) {
                wanted.add(code);
            }
        }
        String cardinality = element.getMin() + ".." + element.getMax();
        lines.put(element.getPath(), GSON.toJson(element.getPath()) + ": " + GSON.toJson(List.of(cardinality, types)));
    }

    /** Ids and extension urls are written as system types; HL7's JSON gives the FHIR type in words. */
    private static String name(ElementDefinition element, TypeRefComponent type) {
        if (!type.getCode().startsWith("http://hl7.org/fhirpath/")) {
            return type.getCode();
        }
        return element.getPath().endsWith(".url") ? "uri" : element.getBase().getPath().equals("Resource.id") ? "id" : "string";
    }

    private List<String> choices(ElementDefinition element, TypeRefComponent type) {
        List<String> choices = new ArrayList<>();
        if (type.getCode().equals("Reference")) {
            for (CanonicalType target : type.getTargetProfile()) {
                choices.add(target.getValue().substring(STRUCTURES.length()));
            }
            choices.remove("Resource"); // any
        } else if (type.getCode().equals("code") && element.getBinding().getStrength() == BindingStrength.REQUIRED) {
            choices.addAll(codes(element.getBinding().getValueSet()));
        }
        Collections.sort(choices);
        return choices;
    }

    private List<String> codes(String url) {
        String valueSet = url.split("\\|")[0];
        if (OPEN_ENDED.contains(valueSet)) {
            return List.of();
        }
        IValidationSupport.ValueSetExpansionOutcome outcome = definitions.expandValueSet(
                new ValidationSupportContext(definitions), null, definitions.fetchValueSet(valueSet));
        if (outcome.getValueSet() == null) {
            throw new IllegalStateException(valueSet + ": " + outcome.getError());
        }
        List<String> codes = new ArrayList<>();
        ((ValueSet) outcome.getValueSet()).getExpansion().getContains().forEach(each -> codes.add(each.getCode()));
        return codes;
    }
}
