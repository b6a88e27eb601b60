using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Gaia.Chat.Personas;

/// <summary>Converts settings to the JSON in the database.</summary>
internal sealed class PersonaSettingsJson() : ValueConverter<PersonaSettings, string>(
    settings => JsonSerializer.Serialize(settings, EventJson.Options), json => JsonSerializer.Deserialize<PersonaSettings>(json, EventJson.Options)!)
{
    /// <summary>Null for settings without a member.</summary>
    public static PersonaSettings? OrNone(PersonaSettings? settings) =>
        settings is null or { Model: null, Temperature: null, Stop: null or { Count: 0 }, MaxTokens: null } ? null : settings;
}

/// <summary>Accepts settings whose members are valid. .NET 10 does not validate types of another project.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class ValidSettingsAttribute : ValidationAttribute
{
    public override bool RequiresValidationContext => true;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var errors = new List<ValidationResult>();
        return value is null || Validator.TryValidateObject(value, new(value), errors, validateAllProperties: true) ? ValidationResult.Success : errors[0];
    }
}
