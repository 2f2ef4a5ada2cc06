param([int] $Count = 10)

# <find>
# Which mailboxes are large?
Get-Mailbox -ResultSize $Count |
    Sort-Object { $_.Size } -Descending
# </find>
