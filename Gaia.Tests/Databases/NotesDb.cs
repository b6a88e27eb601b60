using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Gaia.Tests.Databases;

/// <summary>A small database with one migration, which fails where it was applied before.</summary>
internal sealed class NotesDb(DbContextOptions<NotesDb> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();
}

internal sealed class Note
{
    public int Id { get; init; }
}

[DbContext(typeof(NotesDb))]
[Migration("20300101000000_Notes")]
internal sealed class CreateNotes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("notes", table => new { id = table.Column<int>() }, constraints: table => table.PrimaryKey("pk_notes", note => note.id));
        migrationBuilder.InsertData("notes", "id", 1);
    }

    protected override void BuildTargetModel(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Note>().ToTable("notes").Property(note => note.Id).HasColumnName("id");
}
