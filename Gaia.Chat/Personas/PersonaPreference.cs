using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Personas;

/// <summary>The persona that a user chose.</summary>
internal sealed class PersonaPreference
{
    public required Guid UserId { get; init; }
    public required Guid PersonaId { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class PersonaPreferenceTable : IEntityTypeConfiguration<PersonaPreference>
{
    public void Configure(EntityTypeBuilder<PersonaPreference> preference)
    {
        preference.ToTable("persona_preferences");
        preference.HasKey(p => p.UserId);
        preference.HasOne<Persona>().WithMany().HasForeignKey(p => p.PersonaId).OnDelete(DeleteBehavior.Cascade);
    }
}
