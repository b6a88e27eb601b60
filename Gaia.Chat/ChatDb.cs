using Gaia.Chat.Personas;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat;

internal sealed class ChatDb(DbContextOptions<ChatDb> options) : DbContext(options)
{
    public DbSet<Persona> Personas => Set<Persona>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(ChatDb).Assembly);
}
