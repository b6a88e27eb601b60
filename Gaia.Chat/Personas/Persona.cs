using System.Linq.Expressions;
using System.Text.Json;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Personas;

internal sealed class Persona
{
    public const int NameLimit = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required string Name { get; set; }
    public required string Description { get; set; }
    public required string SystemPrompt { get; set; }
    public JsonElement PersonalityTraits { get; set; } = EmptyObject;
    public JsonElement Capabilities { get; set; } = EmptyObject;
    public bool IsActive { get; set; } = true;

    /// <summary>The persona of everyone who chose none. At most one row has it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The user who made it; none for those that Gaia ships.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>The character card that it was imported from, word for word; null when it was made here.</summary>
    public string? Card { get; init; }

    /// <summary>The asset of its maker that shows it; null without one.</summary>
    public Guid? PortraitId { get; init; }

    /// <summary>Null when all is left to the request.</summary>
    public PersonaSettings? Settings { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts every change, from 1.</summary>
    public long Version { get; set; } = 1;

    public static JsonElement EmptyObject { get; } = JsonElement.Parse("{}");

    public static readonly Expression<Func<Persona, PersonaView>> ToView = p => new(
        p.Id, p.Name, p.Description, p.SystemPrompt, p.PersonalityTraits, p.Capabilities, p.IsActive, p.CreatedBy, p.CreatedAt, p.UpdatedAt, p.Version,
        p.Settings, p.PortraitId == null ? null : $"/api/v1/chat/personas/{p.Id}/portrait");

    private static readonly Func<Persona, PersonaView> Viewing = ToView.Compile();

    public PersonaView View => Viewing(this);
}

internal sealed class PersonaTable : IEntityTypeConfiguration<Persona>
{
    public void Configure(EntityTypeBuilder<Persona> persona)
    {
        persona.ToTable("personas");
        persona.Property(p => p.Name).HasMaxLength(Persona.NameLimit);
        persona.Property(p => p.PersonalityTraits).HasColumnType("jsonb");
        persona.Property(p => p.Capabilities).HasColumnType("jsonb");
        persona.Property(p => p.Card).HasColumnType("json");
        persona.Property(p => p.Settings).HasColumnType("jsonb").HasConversion<PersonaSettingsJson>();
        persona.Property(p => p.Version).IsConcurrencyToken();
        persona.HasIndex(p => new { p.CreatedBy, p.Name }).IsUnique().AreNullsDistinct(false);
        persona.HasIndex(p => p.IsDefault).IsUnique().HasFilter("is_default");
    }
}
