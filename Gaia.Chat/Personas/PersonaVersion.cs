using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Personas;

/// <summary>A persona as it was after one of its changes.</summary>
internal sealed class PersonaVersion
{
    public required Guid PersonaId { get; init; }
    public required long Version { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string SystemPrompt { get; init; }
    public required JsonElement PersonalityTraits { get; init; }
    public required JsonElement Capabilities { get; init; }
    public required bool IsActive { get; init; }
    public PersonaSettings? Settings { get; init; }

    /// <summary>None for what Gaia did itself.</summary>
    public Guid? ChangedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static PersonaVersion Of(Persona persona, Guid? changedBy) => new()
    {
        PersonaId = persona.Id,
        Version = persona.Version,
        Name = persona.Name,
        Description = persona.Description,
        SystemPrompt = persona.SystemPrompt,
        PersonalityTraits = persona.PersonalityTraits,
        Capabilities = persona.Capabilities,
        IsActive = persona.IsActive,
        Settings = persona.Settings,
        ChangedBy = changedBy,
        CreatedAt = persona.UpdatedAt,
    };
}

internal sealed class PersonaVersionTable : IEntityTypeConfiguration<PersonaVersion>
{
    public void Configure(EntityTypeBuilder<PersonaVersion> version)
    {
        version.ToTable("persona_versions");
        version.HasKey(v => new { v.PersonaId, v.Version });
        version.Property(v => v.Name).HasMaxLength(Persona.NameLimit);
        version.Property(v => v.PersonalityTraits).HasColumnType("jsonb");
        version.Property(v => v.Capabilities).HasColumnType("jsonb");
        version.Property(v => v.Settings).HasColumnType("jsonb").HasConversion<PersonaSettingsJson>();
        version.HasOne<Persona>().WithMany().HasForeignKey(v => v.PersonaId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed record PersonaVersionView(
    long Version,
    string Name,
    string Description,
    string SystemPrompt,
    JsonElement PersonalityTraits,
    JsonElement Capabilities,
    bool IsActive,
    Guid? ChangedBy,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersonaSettings? Settings)
{
    public static readonly Expression<Func<PersonaVersion, PersonaVersionView>> From = v => new(
        v.Version, v.Name, v.Description, v.SystemPrompt, v.PersonalityTraits, v.Capabilities, v.IsActive, v.ChangedBy, v.CreatedAt, v.Settings);
}
