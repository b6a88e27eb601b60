using Gaia.Caching;
using Gaia.Caching.Outbox;
using Gaia.Chat.Alerts;
using Gaia.Chat.Budgets;
using Gaia.Chat.Conversations;
using Gaia.Chat.Personas;
using Gaia.Chat.Responses;
using Gaia.Chat.Usage;
using Gaia.Events.Consumers;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat;

internal sealed class ChatDb(DbContextOptions<ChatDb> options) : DbContext(options)
{
    public DbSet<Persona> Personas => Set<Persona>();

    public DbSet<PersonaVersion> PersonaVersions => Set<PersonaVersion>();

    public DbSet<PersonaPreference> PersonaPreferences => Set<PersonaPreference>();

    public DbSet<Conversation> Conversations => Set<Conversation>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<MessageImage> MessageImages => Set<MessageImage>();

    public DbSet<ResponseRecord> Responses => Set<ResponseRecord>();

    public DbSet<UsageRecord> Usage => Set<UsageRecord>();

    public DbSet<Budget> Budgets => Set<Budget>();

    public DbSet<Alert> Alerts => Set<Alert>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(ChatDb).Assembly).AddCacheOutbox().AddEventOutbox().AddEventCursors().AddIdempotencyRecords();
}
